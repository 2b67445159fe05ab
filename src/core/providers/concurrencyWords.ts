import type { ErrorBody } from './errorBody.ts';

const tooMany =
  /concurren(?:t|cy)|(?:parallel|simultaneous|in[- ]?flight|pending) (?:api )?(?:request|call|connection|session|generation)|(?:requests?|calls?) (?:at the same time|at once|in parallel|in progress)/i;
const tooManyCodes = /concurren|parallel_request/;
// What counts over a second, minute or day is another limit, also where a sentence names both.
const windows = /per[- ]?(?:sec|min|hour|day|week|month)|daily|weekly|monthly|\b[RT]P[SMHD]\b/i;

// "limit of 2", "limit: 4", "max organization concurrency: 3", "at most 2"; not "limit reached, retry after 5 s".
const named =
  /\b(?:limit|max(?:imum)?|most|up to|allow(?:s|ed)?|more than|exceeds?)\b(?: [a-z]+){0,5}?[\s:=(]+(\d{1,3})\b(?!\.\d| ?(?:m?s|sec|min)[a-z]*\b)/i;
const namedBefore = /\b(\d{1,3}) (?:concurrent|parallel|simultaneous)\b/i;

/** What a 429 says of too many requests at once, with the number that it names; undefined: it is about something else. */
export function readConcurrency({ message, codes }: ErrorBody): { readonly most?: number } | undefined {
  if (windows.test(message) || !(tooMany.test(message) || tooManyCodes.test(codes))) return undefined;
  const most = Number((named.exec(message) ?? namedBefore.exec(message))?.[1] ?? 0);
  return most > 0 ? { most } : {};
}
