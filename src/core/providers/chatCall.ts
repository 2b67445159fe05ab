import type { Secret } from '../keys/secret.ts';
import type { Failure } from './failure.ts';
import type { Message, TokenUse, Tool, ToolCallPart } from './message.ts';
import type { Provider } from './provider.ts';
import type { RateReadings } from './rateReading.ts';

/** One attempt: one request to one model with one key. */
export type ChatCall = {
  readonly provider: Provider;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[] | undefined;
  readonly temperature?: number | undefined;
  /** Already clamped to what the model and its limits can take. */
  readonly maxTokens: number;
  readonly stream: boolean;
  readonly secret: Secret | undefined;
  readonly signal: AbortSignal;
  /** Until the first streamed event, or the whole of a plain reply. */
  readonly firstEventTimeoutMs: number;
  /** Until the first piece of content or of a tool call: reasoning may stream before it. Default: no such limit. */
  readonly firstContentTimeoutMs?: number;
  /** Afterwards, between two pieces. */
  readonly idleTimeoutMs: number;
};

export type AttemptPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'toolCall'; readonly call: ToolCallPart };

export type FinishReason = 'stop' | 'length' | 'toolCalls' | 'filter' | 'other';

export type AttemptResult =
  | {
      readonly ok: true;
      readonly finishReason: FinishReason;
      /** Undefined: the provider said nothing that can be true; estimate it. */
      readonly usage: TokenUse | undefined;
      readonly readings: RateReadings;
      readonly sawContent: boolean;
      /** Characters of all that the model wrote, its reasoning included. */
      readonly outputChars: number;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** What the provider said was used before it failed. */
      readonly usage?: TokenUse;
      readonly readings: RateReadings;
      /** Text or a tool call was passed on: it cannot be taken back. */
      readonly sawContent: boolean;
      readonly outputChars: number;
      /** The request may have reached the provider, and may be charged. */
      readonly sent: boolean;
    };

export type CheckResult =
  | {
      readonly kind: 'ok';
      /** The account's name, where the check tells it. */
      readonly account?: string;
      /** Model ids, where the check is the model list. */
      readonly models?: readonly string[];
      /** A sentence for the user: what the key was not given the right to do. */
      readonly warning?: string;
    }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** Nothing was learned of the key. */
  | { readonly kind: 'couldNotRun'; readonly failure: Failure };

/** One chat model of a provider's list. */
export type ListedModel = {
  readonly id: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** ISO date after which it is no longer served. */
  readonly deprecatedAt?: string;
  readonly successor?: string;
};

export type ModelsResult =
  | { readonly ok: true; readonly models: readonly ListedModel[] }
  | { readonly ok: false; readonly failure: Failure };
