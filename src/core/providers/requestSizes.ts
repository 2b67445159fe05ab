/** What a refusal says of the request's size, in tokens. */
export type RequestSizes = {
  readonly requestedTokens: number;
  /** The answer's cap is in it, as it was sent. */
  readonly withCap?: true;
  readonly limitTokens: number;
};

type Wording = {
  readonly pattern: RegExp;
  readonly requested: number;
  readonly limit: number;
  readonly withCap: boolean;
};

// In order; the first that applies decides.
const wordings: readonly Wording[] = [
  {
    pattern: /\(ITPM\): Limit (\d{1,12}), (?:Used \d{1,15}, )?Requested (\d{1,12})/,
    requested: 2,
    limit: 1,
    withCap: false,
  },
  { pattern: /Limit (\d{1,12}), (?:Used \d{1,15}, )?Requested (\d{1,12})/, requested: 2, limit: 1, withCap: true },
  {
    pattern: /input token count \(?(\d{1,12})\)? exceeds .{1,60}\((\d{1,12})\)/,
    requested: 1,
    limit: 2,
    withCap: false,
  },
  {
    pattern: /contains (\d{1,12}) tokens.{1,80}with (\d{1,12}) maximum context/,
    requested: 1,
    limit: 2,
    withCap: false,
  },
  {
    pattern: /maximum context length is (\d{1,12}) tokens.{1,60}?requested (\d{1,12}) tokens/,
    requested: 2,
    limit: 1,
    withCap: true,
  },
  {
    pattern: /maximum context length is (\d{1,12}) tokens.{1,80}?(\d{1,12}) tokens/,
    requested: 2,
    limit: 1,
    withCap: false,
  },
];

/** Undefined where it names no sizes. */
export function requestSizesOf(message: string): RequestSizes | undefined {
  for (const { pattern, requested, limit, withCap } of wordings) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const [requestedTokens, limitTokens] = [Number(found[requested]), Number(found[limit])];
    return { requestedTokens, limitTokens, ...(withCap ? { withCap } : {}) };
  }
  return undefined;
}
