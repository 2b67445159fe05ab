import type { L10n } from '../ports.ts';
import { countdown } from './countdown.ts';
import type { Guidance } from './guidance.ts';
import { guidanceMarkdown } from './guidanceMarkdown.ts';

export type DegradedAsk = {
  readonly l10n: L10n;
  readonly guidance: Guidance;
  /** Why each key could not answer, in the route's order. `name` is "Groq Key 1". */
  readonly reasons: readonly { readonly name: string; readonly sentence: string }[];
  /** When the first key can answer again, epoch ms. Absent: none will by itself. */
  readonly firstBackAtMs?: number;
  readonly nowMs: number;
  readonly noKeys: boolean;
  /** An earlier answer to the same request: it takes the place of the guidance. */
  readonly stale?: { readonly content: string; readonly ageMs: number };
};

/** Whoever has a hundred keys does not read a hundred reasons. */
const mostReasons = 30;

/** What the user reads when no key can answer, as Markdown (spec section 4, "Degraded answers"). */
export function degradedAnswer(ask: DegradedAsk): string {
  const { l10n } = ask;
  const sections = [
    l10n.t('I apologize, all AI models are unavailable. Please try again in a few moments…'),
    ...(ask.noKeys ? [howToAddKey(l10n)] : [reasonList(ask), comeBack(ask)]),
    ask.stale === undefined ? guidanceMarkdown(l10n, ask.guidance) : staleAnswer(l10n, ask.stale),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function howToAddKey(l10n: L10n): string {
  return l10n.t(
    'No key has been added yet, so no model could be asked. Run the command **AI Keys: Add Key** to add one, or **AI Keys: Import .env** to add all keys of a `.env` file. Providers with a free tier give a key in a minute.',
  );
}

function reasonList({ l10n, reasons }: DegradedAsk): string {
  if (reasons.length === 0) return '';
  const lines = reasons.slice(0, mostReasons).map(({ name, sentence }) =>
    // A sentence that already names its key needs no second name in front.
    sentence.startsWith(name) ? `- ${sentence}` : `- ${l10n.t('{0}: {1}', name, sentence)}`,
  );
  const more = reasons.length - mostReasons;
  if (more > 0) lines.push(`- ${l10n.t('…and {0} more', more)}`);
  return [l10n.t('Why no key could answer:'), '', ...lines].join('\n');
}

function comeBack({ l10n, firstBackAtMs, nowMs }: DegradedAsk): string {
  if (firstBackAtMs === undefined) {
    return l10n.t('None of them comes back by itself. Once a key is fixed or added, use **Ask again**.');
  }
  const waitMs = firstBackAtMs - nowMs;
  return waitMs <= 0
    ? l10n.t('The first key can answer again now: use **Ask again**.')
    : l10n.t('The first key can answer again in {0}. Use **Ask again** then.', countdown(l10n, waitMs));
}

function staleAnswer(l10n: L10n, stale: { readonly content: string; readonly ageMs: number }): string {
  return `${l10n.t('This is an earlier answer to the same question, {0} old:', countdown(l10n, stale.ageMs))}\n\n---\n\n${stale.content}`;
}
