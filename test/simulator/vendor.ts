import type { Answer, ChatAsk, Usage } from './answer.ts';
import type { Behaviour, VendorId } from './behaviours.ts';
import type { Json } from './json.ts';
import type { MeterRules } from './meters.ts';
import type { Simulator } from './simulator.ts';

/** A string or bytes go out as they are, `undefined` as an empty body, anything else as JSON. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

type Outcome = 'pending' | 'answered' | 'refused' | 'reset' | 'stalled' | 'aborted';

/** One request as it arrived, and what became of it. */
export type RecordedRequest = {
  /** 1 for the first that this simulator saw. */
  readonly number: number;
  /** By the simulator's clock. */
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
  /** `good/1` for a demo key, else what the key ends with; '' without one. */
  readonly keyName: string;
  readonly key: string;
  /** 1 for the first chat of this key; 0 for anything that is no chat. */
  readonly chatOfKey: number;
  behaviour: Behaviour | 'scripted';
  outcome: Outcome;
  status: number | undefined;
  /** What the answer was charged. */
  charged: Required<Usage> | undefined;
};

/** One request under way. */
export type Call = {
  readonly sim: Simulator;
  readonly request: RecordedRequest;
  readonly behaviour: Behaviour;
  readonly nowMs: number;
  /** Makes ids that are the same in every run. */
  readonly seed: string;
};

export type Admission = {
  readonly headers: Readonly<Record<string, string>>;
  /** Corrects the charge once the answer is out. */
  settle(usage: Required<Usage>): void;
};

export type Ask = { readonly ok: true; readonly ask: ChatAsk } | { readonly ok: false; readonly reply: Reply };
export type Admitted =
  | { readonly ok: true; readonly admission: Admission }
  | { readonly ok: false; readonly reply: Reply };

export const accepted = (ask: ChatAsk): Ask => ({ ok: true, ask });
export const admitted = (admission: Admission): Admitted => ({ ok: true, admission });
export const refused = (reply: Reply): { readonly ok: false; readonly reply: Reply } => ({ ok: false, reply });

/** How one vendor takes a chat and answers it. */
export type ChatDialect = {
  /** Strict: a field that the real one refuses is refused. */
  read(call: Call, body: Json): Ask;
  badJson(call: Call): Reply;
  /** Limits, and the behaviours that refuse. */
  admit(call: Call, ask: ChatAsk): Admitted;
  plain(answer: Answer, call: Call): unknown;
  events(answer: Answer, ask: ChatAsk, call: Call): Iterable<unknown>;
  /** An error in the middle of a stream. */
  errorEvent: unknown;
  /** Whether `[DONE]` ends a stream. */
  done: boolean;
};

export type Route =
  | { readonly kind: 'chat'; readonly dialect: ChatDialect }
  | { readonly kind: 'plain'; readonly needsKey: boolean; reply(call: Call): Reply };

export type ModelRow = {
  readonly id: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly [more: string]: unknown;
};

export type Vendor = {
  readonly id: VendorId;
  readonly basePath: string;
  /** The zero-token check; on the hub where the vendor has one. */
  readonly checkPath: string;
  /** Whether a second host serves the check. */
  readonly hub: boolean;
  /** What a request without a demo key meets. */
  readonly withoutKey: Behaviour;
  readonly models: readonly ModelRow[];
  /** Its own name for a model that another name was asked for. */
  readonly foreignModel: string;
  readonly meters: MeterRules;
  toolCallId(seed: string): string;
  /** What a reasoning model thinks by itself. */
  reasoning(model: string): string;
  key(headers: Readonly<Record<string, string>>, query: URLSearchParams): string;
  route(method: string, path: string, hub: boolean): Route | undefined;
  /** Refusals of the key itself; undefined: the key is let in. */
  refuseKey(call: Call, chat: boolean): Reply | undefined;
  unknownPath(call: Call): Reply;
};
