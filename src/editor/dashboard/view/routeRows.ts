import { displayNameOf, keyName } from '../../../core/keys/keyName.ts';
import { parseKeyRef, type KeyRef } from '../../../core/keys/keyRef.ts';
import type { L10n } from '../../../core/ports.ts';
import type { Provider } from '../../../core/providers/provider.ts';
import { amount } from '../../../core/report/amounts.ts';
import { durationWords } from '../../../core/report/figureWords.ts';
import type { Route, RouteAttempt } from '../../../core/routing/route.ts';
import type { RouteRow, RouteTraceView } from '../../../shared/dashboardView.ts';
import { plainText } from '../../plainText.ts';
import { askedByWords } from '../../route/askedByWords.ts';
import { momentIn, type Scene } from './scene.ts';

const rowsShown = 25;
const mostPassed = 40;
const none = '–';

/** The latest requests: when, who asked, which key and model answered, at what cost. */
export function routeRows(routes: readonly Route[], providers: readonly Provider[], scene: Scene): readonly RouteRow[] {
  const { l10n } = scene;
  return routes.slice(0, rowsShown).map((route) => {
    const answered = route.attempts.findLast(({ outcome }) => outcome === 'ok');
    const last = answered ?? route.attempts.at(-1);
    return {
      id: route.id.slice(0, 200),
      time: momentIn(scene, route.atMs),
      askedBy: askedByWords(l10n, route.askedBy),
      outcome: route.outcome,
      outcomeWord: outcomeWord(l10n, route.outcome),
      model: last === undefined ? none : plainText(last.model),
      key: last === undefined ? none : nameOfKey(l10n, providers, last.key),
      tokens: tokenWords(l10n, route),
      ms: durationWords(l10n, route.ms),
    };
  });
}

/** Of all attempts; a dash where none was charged. */
function tokenWords(l10n: L10n, { attempts }: Route): string {
  const charged = attempts.flatMap(({ tokens }) => tokens ?? []);
  if (charged.length === 0) return none;
  const total = amount(charged.reduce((sum, tokens) => sum + tokens.total, 0));
  return charged.some(({ estimated }) => estimated) ? l10n.t('about {0}', total) : total;
}

function nameOfKey(l10n: L10n, providers: readonly Provider[], key: KeyRef): string {
  const ref = parseKeyRef(key);
  if (ref === undefined) return plainText(key);
  const provider = providers.find(({ id }) => id === ref.provider);
  const name = plainText(displayNameOf(providers, ref.provider));
  return provider?.needsKey === false ? name : keyName(l10n, name, ref.number);
}

function outcomeWord(l10n: L10n, outcome: Route['outcome']): string {
  switch (outcome) {
    case 'answered':
      return l10n.t('answered');
    case 'cached':
      return l10n.t('from the cache');
    case 'degraded':
      return l10n.t('local guidance');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

/** "Why this key?" in the order in which it happened: attempts and waits, then who was passed over. */
export function routeTraceView(route: Route, providers: readonly Provider[], l10n: L10n): RouteTraceView {
  const passed = route.passedOver.filter(({ reason }) => reason !== 'notNeeded');
  const left = route.passedOver.length - Math.min(mostPassed, passed.length);
  return {
    steps: [
      ...route.attempts.slice(0, 40).map((attempt) => ({
        kind: attempt.outcome === 'ok' ? ('answered' as const) : ('failed' as const),
        words: plainText(attempt.sentence, 500),
        facts: attemptFacts(l10n, providers, attempt),
      })),
      ...route.waits.slice(0, 15).map(({ ms, sentence }) => ({
        kind: 'waited' as const,
        words: plainText(sentence, 500),
        facts: durationWords(l10n, ms),
      })),
      ...passed.slice(0, mostPassed).map(({ sentence, model }) => ({
        kind: 'passed' as const,
        words: plainText(sentence, 500),
        facts: plainText(model),
      })),
    ],
    ...(left <= 0
      ? {}
      : {
          more:
            left === 1
              ? l10n.t('1 more candidate was not needed.')
              : l10n.t('{0} more candidates were not needed.', left),
        }),
  };
}

function attemptFacts(l10n: L10n, providers: readonly Provider[], attempt: RouteAttempt): string {
  return [
    nameOfKey(l10n, providers, attempt.key),
    plainText(attempt.model),
    ...(attempt.status === undefined ? [] : [l10n.t('HTTP {0}', attempt.status)]),
    ...(attempt.tokens === undefined ? [] : [l10n.t('{0} tokens', amount(attempt.tokens.total))]),
    durationWords(l10n, attempt.ms),
  ].join(' · ');
}
