import type { Behaviour } from './behaviours.ts';
import { alphanumerics } from './demoKey.ts';

/** Tokens as the vendor is to report them. `total` defaults to prompt + completion. */
export type Usage = {
  readonly prompt: number;
  readonly completion: number;
  readonly total?: number;
  /** Part of `completion`. */
  readonly reasoning?: number;
  /** Part of `prompt`. */
  readonly cached?: number;
};

export type Finish = 'stop' | 'length' | 'toolCalls' | 'filter' | 'error';

type PlannedCall = { readonly name: string; readonly arguments: string; readonly id?: string };

/** What a test wants answered; what it leaves out is made up. A string is the text. */
export type AnswerPlan =
  | string
  | {
      readonly text?: string;
      /** The text as it is streamed, piece by piece. */
      readonly pieces?: readonly string[];
      readonly reasoning?: string;
      readonly toolCalls?: readonly PlannedCall[];
      /** Counted to the token where given; else characters ÷ 4. */
      readonly usage?: Usage;
      readonly finish?: Finish;
      /** The model's name in the reply. */
      readonly model?: string;
    };

/** One chat request, whichever dialect it came in. */
export type ChatAsk = {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly cap: number | undefined;
  readonly prompt: string;
  readonly lastUserText: string;
  /** Content of the tool result that ends the conversation. */
  readonly toolResult: string | undefined;
  readonly toolNames: readonly string[];
  readonly promptTokens: number;
};

type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

export type Answer = {
  readonly seed: string;
  readonly createdSeconds: number;
  readonly model: string;
  readonly text: string;
  readonly pieces: readonly string[];
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: Finish;
  /** What is charged. */
  readonly usage: Required<Usage>;
  /** False: charged, but not told. */
  readonly tellsUsage: boolean;
};

export const countTokens = (text: string): number => Math.ceil(text.length / 4);

const words = (text: string): readonly string[] => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];

export type AnswerContext = {
  readonly seed: string;
  readonly nowMs: number;
  readonly behaviour: Behaviour;
  /** Length of the ids of tool calls. */
  readonly toolCallId: (seed: string) => string;
  /** What a reasoning model thinks where the plan says nothing. */
  readonly reasoning: string;
  readonly foreignModel: string;
};

/** Makes the answer whole: counts, cuts at the cap, and bends it as the behaviour says. */
export function makeAnswer(plan: AnswerPlan, ask: ChatAsk, context: AnswerContext): Answer {
  const wanted = typeof plan === 'string' ? { text: plan } : plan;
  const toolCalls = (wanted.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? context.toolCallId(`${context.seed}/${index}`),
    name: call.name,
    arguments: call.arguments,
  }));
  const silenced = context.behaviour === 'empty' || context.behaviour === 'filtered';
  const reasoning = context.behaviour === 'filtered' ? '' : (wanted.reasoning ?? context.reasoning);
  const whole = silenced ? '' : (wanted.text ?? wanted.pieces?.join('') ?? '');
  const { text, cut } = wanted.usage === undefined ? cutAt(ask.cap, whole, reasoning) : { text: whole, cut: false };
  const usage = wanted.usage ?? counted(ask, text, reasoning, toolCalls, context.behaviour);
  return {
    seed: context.seed,
    createdSeconds: Math.floor(context.nowMs / 1000),
    model: wanted.model ?? (context.behaviour === 'foreignModel' ? context.foreignModel : ask.model),
    text,
    pieces: text === whole && wanted.pieces !== undefined ? wanted.pieces : words(text),
    reasoning,
    toolCalls,
    finish: wanted.finish ?? finishOf(context.behaviour, toolCalls.length > 0, cut),
    usage: {
      prompt: usage.prompt,
      completion: usage.completion,
      total: usage.total ?? usage.prompt + usage.completion,
      reasoning: usage.reasoning ?? 0,
      cached: usage.cached ?? 0,
    },
    tellsUsage: context.behaviour !== 'noUsage',
  };
}

function finishOf(behaviour: Behaviour, calls: boolean, cut: boolean): Finish {
  if (behaviour === 'filtered') return 'filter';
  if (behaviour === 'empty' || cut) return 'length';
  return calls ? 'toolCalls' : 'stop';
}

/** Thinking is spent from the cap first: a small one leaves no text at all. */
function cutAt(cap: number | undefined, text: string, reasoning: string): { text: string; cut: boolean } {
  if (cap === undefined) return { text, cut: false };
  const room = Math.max(0, cap - countTokens(reasoning)) * 4;
  return text.length <= room ? { text, cut: false } : { text: text.slice(0, room), cut: true };
}

function counted(
  ask: ChatAsk,
  text: string,
  reasoning: string,
  calls: readonly ToolCall[],
  behaviour: Behaviour,
): Usage {
  const thought = countTokens(reasoning);
  const said = countTokens(text) + calls.reduce((sum, call) => sum + countTokens(call.name + call.arguments), 0);
  const all = behaviour === 'empty' && ask.cap !== undefined ? ask.cap : thought + said;
  const completion = ask.cap === undefined ? all : Math.min(all, ask.cap);
  return { prompt: ask.promptTokens, completion, reasoning: Math.min(thought, completion) };
}

export const nineAlphanumerics = (seed: string): string => alphanumerics(seed, 9);
export const callId = (seed: string): string => `call_${alphanumerics(seed, 24)}`;
