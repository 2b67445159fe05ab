import type { KeyRef } from '../keys/keyRef.ts';
import type { Message, TokenUse, Tool, ToolCallPart } from '../providers/message.ts';
import type { Route } from './route.ts';

/** The one door to the models (spec section 4). */
export type ChatRequest = {
  readonly messages: readonly Message[];
  readonly temperature?: number;
  /** Cap of the answer in tokens; 1,024 where absent. */
  readonly maxTokens?: number;
  /** `openai/gpt-oss-120b`, or with its provider in front: `groq/openai/gpt-oss-120b`. */
  readonly model?: string;
  readonly provider?: string;
  readonly tools?: readonly Tool[];
  /** False asks the provider for one plain reply. Default true. */
  readonly stream?: boolean;
  /** Goes past the cache ("ask again"). */
  readonly noCache?: boolean;
  /** Foreground (default): somebody waits for the answer, and is served first. Does not shape the answer. */
  readonly lane?: 'foreground' | 'background';
  readonly signal?: AbortSignal;
  /** Who asks, for the trace: `analyzeError`, `ask`, `api`, … */
  readonly askedBy?: string;
};

export type ChatAnswer = {
  readonly content: string;
  readonly toolCalls: readonly ToolCallPart[];
  /** Undefined in a degraded answer from local guidance. */
  readonly provider: string | undefined;
  /** `groq/openai/gpt-oss-120b`. */
  readonly model: string | undefined;
  readonly key: KeyRef | undefined;
  readonly tokensUsed: TokenUse;
  readonly timeTakenMs: number;
  readonly cached: boolean;
  readonly degraded: boolean;
  /** Set when the answer came from the cache or is stale. */
  readonly ageMs?: number;
  /** True when the stream broke after text had been passed on: `content` is what came. */
  readonly cutOff: boolean;
  readonly quotaWarning?: string;
  readonly route: Route;
};

/** What reaches the caller of a stream, in order; the last one is `answer`. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'toolCall'; readonly call: ToolCallPart }
  /** "Waiting 8 s for Groq Key 1", "Groq Key 1 was refused, asking Groq Key 2". */
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'answer'; readonly answer: ChatAnswer };
