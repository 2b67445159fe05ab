import { countdown } from '../../core/guidance/countdown.ts';
import type { L10n } from '../../core/ports.ts';
import { amount } from '../../core/report/amounts.ts';
import type { ChatAnswer } from '../../core/routing/chat.ts';

/** Key, model, tokens and time of an answer, each fit to be shown. */
export function answerFacts(l10n: L10n, answer: ChatAnswer, nameOfKey: (ref: string) => string): readonly string[] {
  const { key, model, tokensUsed, cached, degraded, ageMs, route } = answer;
  if (degraded) {
    if (ageMs === undefined && route.attempts.length > 0) return [l10n.t('Local guidance, no model answered')];
    return ageMs === undefined
      ? [l10n.t('Local guidance, no model asked')]
      : [l10n.t('Earlier answer, {0} old', countdown(l10n, ageMs)), ...(model === undefined ? [] : [model])];
  }
  const tokens = tokensUsed.estimated
    ? l10n.t('about {0} tokens', amount(tokensUsed.total))
    : l10n.t('{0} tokens', amount(tokensUsed.total));
  return [
    ...(key === undefined ? [] : [nameOfKey(key)]),
    ...(model === undefined ? [] : [model]),
    cached ? l10n.t('from the cache, no quota used') : tokens,
    seconds(l10n, answer.timeTakenMs),
  ];
}

const seconds = (l10n: L10n, ms: number): string =>
  ms < 10_000 ? l10n.t('{0} s', Math.max(0.1, ms / 1_000).toFixed(1)) : l10n.t('{0} s', Math.round(ms / 1_000));
