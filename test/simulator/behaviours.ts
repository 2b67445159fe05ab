export const vendorIds = ['groq', 'gemini', 'mistral', 'huggingface', 'local'] as const;
export type VendorId = (typeof vendorIds)[number];

type Row = {
  readonly what: string;
  /** Vendors that have it; absent: all. */
  readonly only?: readonly VendorId[];
  /** Whether the zero-token check meets it too, and not only a chat. */
  readonly check?: true;
};

/** Everything that a key can be made to do. The key's own text names it (see `demoKey`). */
export const behaviours = {
  good: { what: 'answers' },

  refused: { what: 'the bad-key answer of the vendor', check: true },
  noPermission: { what: '403 in JSON: the key may not do this' },
  leaked: { what: '403: reported as leaked', only: ['gemini'], check: true },
  suspended: { what: '403: consumer suspended', only: ['gemini'], check: true },
  projectDenied: { what: '403: project denied access', only: ['gemini'], check: true },
  oldKey: { what: 'an AIza key, refused with 400 API_KEY_INVALID', only: ['gemini'], check: true },
  unsupportedToken: { what: '401 ACCESS_TOKEN_TYPE_UNSUPPORTED', only: ['gemini'], check: true },
  htmlBlocked: { what: '403 with the HTML page of a firewall', check: true },
  regionBlocked: { what: '400: location not supported', only: ['gemini'] },

  rateMinute: { what: 'always 429, tokens per minute (HF: the upstream’s body)' },
  rateRequests: { what: 'always 429, requests per minute', only: ['groq', 'gemini', 'mistral'] },
  rateSecond: { what: 'always the bare 429 of the gateway', only: ['mistral'] },
  rateEmpty: { what: '429 with an empty body', only: ['mistral', 'huggingface', 'local'] },
  dayUsed: { what: 'always 429, the day is used up', only: ['groq', 'gemini'] },
  dayRequests: { what: 'always 429, requests per day', only: ['groq'] },
  dayAndMinute: { what: '429 with both violations', only: ['gemini'] },
  longWait: { what: '429 per day whose wait is hours long', only: ['gemini'] },
  limitZero: { what: '429 whose limit is 0: model not on this tier', only: ['gemini', 'mistral'] },
  bareQuota: { what: '429 without details', only: ['gemini'] },
  monthUsed: { what: '429 with 0 tokens left this month', only: ['mistral'] },
  noCredit: { what: '402', only: ['gemini', 'mistral', 'huggingface', 'local'] },
  noCredit429: { what: 'the prepay text on a 429', only: ['gemini'] },
  noCreditOld: { what: '402 with the text of 2025', only: ['huggingface'] },

  tooLarge: { what: 'one request bigger than the minute', only: ['groq'] },
  contextTooLong: { what: 'prompt longer than the context' },
  modelGone: { what: 'the model does not exist' },
  modelRetired: {
    what: 'decommissioned, closed to new users, no provider for it',
    only: ['groq', 'gemini', 'huggingface'],
  },
  badField: { what: 'a field is refused' },

  overloaded: { what: '503' },
  overloadedTwice: { what: '503 on the first two chats, then good' },
  capacity: { what: '429 capacity, code 3505', only: ['mistral'] },
  capacity498: { what: '498', only: ['groq'] },
  serverError: { what: '500' },
  htmlError: { what: '502 with an HTML page' },
  errorObject: { what: 'the upstream’s error passed through as an object', only: ['huggingface'] },

  slow: { what: 'good, after `slowMs`' },
  silent: { what: 'takes the request and never answers', check: true },
  resetBefore: { what: 'connection reset before the headers', check: true },
  resetAfterHeaders: { what: 'connection reset after the headers' },
  breaks: { what: 'connection reset in the middle of the body' },
  stalls: { what: 'headers, then nothing' },
  stallsMidStream: { what: 'half of the body, then nothing' },

  errorFrame: { what: '200, half of the stream, then an error frame' },
  endsEarly: { what: 'the stream closes without finish reason and [DONE]' },
  noDone: { what: 'the stream closes without [DONE]' },
  endless: { what: 'content without end' },
  longLine: { what: 'one line of `longLineBytes`' },
  html200: { what: '200 with an HTML page' },
  wrongType: { what: 'the right body under a wrong content type' },
  plainDespiteStream: { what: 'one JSON completion though a stream was asked for' },
  truncatedJson: { what: 'JSON cut in the middle' },
  emptyBody: { what: '200 without a byte' },
  binary: { what: '200 with bytes that are no text' },

  empty: { what: 'no content, cut by length' },
  filtered: { what: 'no content, stopped by a filter', only: ['gemini', 'huggingface', 'local'] },
  noUsage: { what: 'good, without usage' },
  foreignModel: { what: 'good, under the upstream’s own model name' },
} as const satisfies Record<string, Row>;

export type Behaviour = keyof typeof behaviours;

const rows: Readonly<Record<string, Row>> = behaviours;

export const isBehaviour = (name: string): name is Behaviour => Object.hasOwn(behaviours, name);

/** Whether this vendor can be made to behave so. */
export function has(vendor: VendorId, behaviour: Behaviour): boolean {
  const only = rows[behaviour]?.only;
  return only === undefined || only.includes(vendor);
}

/** Whether the zero-token check meets this behaviour too. */
export const meetsCheck = (behaviour: Behaviour): boolean => rows[behaviour]?.check === true;
