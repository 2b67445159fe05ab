import type { Limits, Unit } from '../quota/limits.ts';

/** One model of a provider. Sizes in tokens; an absent size is not known. */
export type Model = {
  readonly id: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Prompt tokens that the provider's own template adds to every request. */
  readonly templateTokens?: number;
  /** Catalog limits, counted per (account, model) where the provider's scope is `model`. */
  readonly limits: Limits;
};

/** Whose error bodies and rate-limit headers a provider speaks. */
export type FailureDialect = 'groq' | 'gemini' | 'mistral' | 'huggingface' | 'openai';

/** How one vendor's chat completions differ from the portable subset. Data, not code. */
export type Dialect = {
  /** Name of the field that caps the answer. */
  readonly capField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options: { include_usage: true }` may be sent. */
  readonly streamOptions: boolean;
  /** Highest temperature accepted; undefined: the field is not sent at all. */
  readonly maxTemperature: number | undefined;
  readonly tools: boolean;
  readonly images: boolean;
  /** Mistral takes tool-call ids of exactly nine alphanumerics. */
  readonly toolCallIds: 'any' | 'nineAlphanumerics';
  /** Gemini wants its thought signature back with each tool call of an earlier turn. */
  readonly signatures: boolean;
  readonly failures: FailureDialect;
};

export type Provider = {
  readonly id: string;
  readonly displayName: string;
  /** Without a trailing slash; `/chat/completions` and `/models` follow it. */
  readonly baseUrl: string;
  /** GET that costs no token and proves the key. Undefined: there is none. */
  readonly checkUrl: string | undefined;
  readonly needsKey: boolean;
  /** In order of preference. */
  readonly models: readonly Model[];
  /** Retired model → its successor. */
  readonly successors: Readonly<Record<string, string>>;
  /** Where this provider counts its own limits. */
  readonly limitScope: 'key' | 'model';
  /** How it counts its own limits: by calendar days and sliding minutes, or all of them in leaky buckets. */
  readonly limitForm: 'window' | 'bucket';
  /** Catalog limits of the whole key. */
  readonly limits: Limits;
  /** How many requests may be under way with one key at once; undefined: no cap. */
  readonly maxConcurrent: number | undefined;
  /** Unit of the one day limit that it is known for. */
  readonly dailyUnit: Unit;
  /** IANA zone whose midnight starts a quota day. */
  readonly resetTimeZone: string;
  readonly creditReset: 'month' | 'never';
  readonly dialect: Dialect;
  /** Where keys are made, and the terms that say what free tiers may do with what is sent. */
  readonly keyPageUrl: string | undefined;
  readonly termsUrl: string | undefined;
  /** One plain sentence for the notice before the first use; undefined: nothing to warn of. */
  readonly trainsOnFreeTier: boolean;
  /** What a key usually looks like: a hint in the add dialog, never a rejection. */
  readonly keyHint: { readonly pattern: string; readonly example: string } | undefined;
};
