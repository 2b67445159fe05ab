import type { Failure } from '../../../src/core/providers/failure.ts';

/** One captured reply: who sent it, and what it must come to. */
export type CapturedReply = {
  readonly what: string;
  readonly of:
    | 'groq'
    | 'gemini'
    | 'mistral'
    | 'huggingface'
    | 'openrouter'
    | 'cerebras'
    | 'deepseek'
    | 'ollama'
    | 'lmstudio';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Everything of the failure but what was said. */
  readonly failure: DistributiveOmit<Failure, 'said' | 'status'>;
  /** In the sentence that people read. */
  readonly sentence: RegExp;
};

type DistributiveOmit<Union, Name extends PropertyKey> = Union extends unknown ? Omit<Union, Name> : never;
