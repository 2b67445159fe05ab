/** No provider's window is longer than a month: a longer wait is a mistake or an attack. */
export const maxWaitMs = 31 * 24 * 60 * 60 * 1_000;

const number = '(\\d{1,12}(?:\\.\\d{1,12})?)';
const grammar = `(?:${number}d)? ?(?:${number}h)? ?(?:${number}m(?!s))? ?(?:${number}s)? ?(?:${number}ms)?`;
const whole = new RegExp(`^${grammar}$`);
const bareSeconds = /^-?\d{1,15}(?:\.\d{1,12})?$/;

/**
 * Milliseconds of `399ms`, `7.66s`, `1m26.4s`, `1h2m3s`, `9h54m`, or bare seconds `31`; undefined where
 * the text is no duration. Never negative, never above `maxWaitMs`.
 */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 64) return undefined;
  if (bareSeconds.test(trimmed)) return saneWaitMs(Number(trimmed) * 1_000);
  const found = whole.exec(trimmed);
  if (found === null) return undefined;
  const [, days, hours, minutes, seconds, millis] = found;
  const ms =
    amount(days) * 86_400_000 +
    amount(hours) * 3_600_000 +
    amount(minutes) * 60_000 +
    amount(seconds) * 1_000 +
    amount(millis);
  return saneWaitMs(ms);
}

const amount = (text: string | undefined): number => (text === undefined ? 0 : Number(text));

// Not `9.5.` at the end of a sentence: the grammar takes a dot only between digits.
const namedWait =
  /(?:try again|retry|wait|available again)(?: again)?(?: in| after)?:? ((?:\d{1,12}(?:\.\d{1,12})?(?:ms|d|h|m|s) ?){1,5})(?![a-z\d])/i;
const namedSeconds =
  /(?:try again|retry|wait)(?: in| after| for)?:? (\d{1,13}(?:\.\d{1,9})?) ?(seconds?|minutes?|hours?)?\b/i;
const wordMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** The wait that a sentence such as "Please try again in 9m38.016s." names; "after 1764500000" is a moment. */
export function findWaitMs(sentence: string, nowMs: number): number | undefined {
  const found = namedWait.exec(sentence)?.[1];
  if (found !== undefined) return parseDurationMs(found.trim());
  const words = namedSeconds.exec(sentence);
  if (words === null) return undefined;
  if (words[2] === undefined) return waitOfNumber(Number(words[1]), nowMs);
  return saneWaitMs(Number(words[1]) * (wordMs[words[2].charAt(0).toLowerCase()] ?? 1_000));
}

/**
 * What a header names: a duration, seconds, a date, or an epoch moment in seconds or milliseconds
 * against `nowMs`; a moment in the past is 0.
 */
export function parseWaitMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.length > 64) return undefined;
  if (bareSeconds.test(text.trim())) return waitOfNumber(Number(text), nowMs);
  if (!/^(?:[A-Za-z]{3,9}, |\d{4}-\d\d-\d\d)/.test(text.trim())) return parseDurationMs(text);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : saneWaitMs(atMs - nowMs);
}

/** Seconds from now, or a moment: so many seconds are 31 years, and so many milliseconds the year 2001. */
function waitOfNumber(value: number, nowMs: number): number {
  if (value >= 1e12) return saneWaitMs(value - nowMs);
  return saneWaitMs(value >= 1e9 ? value * 1_000 - nowMs : value * 1_000);
}

export const saneWaitMs = (ms: number): number => (ms > 0 ? Math.min(Math.round(ms), maxWaitMs) : 0);
