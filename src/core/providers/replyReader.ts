import type { AttemptPart, FinishReason } from './chatCall.ts';
import { listOf, recordOf, textOf } from './jsonValue.ts';
import type { TokenUse, ToolCallPart } from './message.ts';
import { ThinkFilter } from './thinkFilter.ts';
import { ToolCallReader } from './toolCallReader.ts';
import { readUsage } from './usageReader.ts';

/** Longest answer that is passed on, in characters of text and tool arguments together. */
const maxAnswerLength = 2 * 1024 * 1024;

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  length: 'length',
  model_length: 'length',
  max_tokens: 'length',
  tool_calls: 'toolCalls',
  function_call: 'toolCalls',
  content_filter: 'filter',
  safety: 'filter',
  recitation: 'filter',
  blocklist: 'filter',
  prohibited_content: 'filter',
  spii: 'filter',
};

/** What one piece of a reply turned out to be. */
export type Read = 'ok' | 'error' | 'foreign' | 'tooLong';

/**
 * Reads the pieces of one reply, streamed chunks or the one plain completion, and passes text on as it
 * comes. Reasoning, in whatever field a provider puts it, is not part of the answer.
 */
export class ReplyReader {
  finishReason: FinishReason | undefined;
  /** A finish reason came, alone, and nothing of the answer after it: some servers name one with every piece. */
  isOver = false;
  /** More of the answer came after a finish reason, so that one says nothing of the end. */
  finishesEarly = false;
  /** The last one said: providers repeat and accumulate it. */
  usage: TokenUse | undefined;
  sawText = false;
  readonly #onPart: (part: AttemptPart) => void;
  readonly #plausibleTokens: number;
  readonly #think = new ThinkFilter();
  readonly #calls = new ToolCallReader();
  #length = 0;
  #reasoningLength = 0;

  constructor(plausibleTokens: number, onPart: (part: AttemptPart) => void) {
    this.#plausibleTokens = plausibleTokens;
    this.#onPart = onPart;
  }

  /** Characters of all that the model wrote, its reasoning and tool arguments included. */
  get outputChars(): number {
    return this.#length + this.#reasoningLength;
  }

  /** Content or a tool call is on its way; reasoning is neither. */
  get hasBegun(): boolean {
    return this.sawText || this.#calls.size > 0;
  }

  read(value: unknown): Read {
    const chunk = recordOf(value);
    if (chunk === undefined) return isErrorList(value) ? 'error' : 'foreign';
    const groq = recordOf(chunk['x_groq']);
    if (isError(chunk) || textOf(groq?.['error'])) return 'error';
    this.usage = readUsage(chunk['usage'] ?? groq?.['usage'], this.#plausibleTokens) ?? this.usage;
    const choices = chunk['choices'];
    if (!Array.isArray(choices)) return 'foreign';
    const choice = recordOf(choices[0]);
    return choice === undefined ? 'ok' : this.#readChoice(choice);
  }

  /** The reply is whole: passes on what was held back. Answers the tool calls. */
  end(): readonly ToolCallPart[] {
    this.#passOn(this.#think.end());
    const calls = this.#calls.finished();
    for (const call of calls) this.#onPart({ type: 'toolCall', call });
    return calls;
  }

  #readChoice(choice: Readonly<Record<string, unknown>>): Read {
    const before = this.#length;
    const said = recordOf(choice['delta']) ?? recordOf(choice['message']);
    if (said !== undefined) {
      this.#reasoningLength += textLength(said['reasoning'] ?? said['reasoning_content']);
      const content = said['content'];
      if (typeof content === 'string') this.#readText(content);
      else if (Array.isArray(content)) for (const part of content) this.#readPart(part);
      if (said['tool_calls'] !== undefined) this.#length += this.#calls.read(said['tool_calls']);
    }
    const reason = textOf(choice['finish_reason'])?.toLowerCase();
    if (reason === 'error') return 'error';
    const hasMore = this.#length > before;
    if (hasMore && this.finishReason !== undefined) this.finishesEarly = true;
    if (reason !== undefined && reason !== '') this.finishReason = finishReasons[reason] ?? 'other';
    this.isOver = this.finishReason !== undefined && !hasMore && !this.finishesEarly;
    return this.#length > maxAnswerLength ? 'tooLong' : 'ok';
  }

  #readPart(part: unknown): void {
    this.#readText(answerText(part));
    this.#reasoningLength += textLength(recordOf(part)?.['thinking']);
  }

  #readText(text: string): void {
    this.#length += text.length;
    if (text !== '' && this.#length <= maxAnswerLength) this.#passOn(this.#think.push(text));
  }

  #passOn(text: string): void {
    if (text === '') return;
    this.sawText = true;
    this.#onPart({ type: 'text', text });
  }
}

/** Mistral's content arrays hold `thinking` parts beside the text. */
function answerText(part: unknown): string {
  if (typeof part === 'string') return part;
  const record = recordOf(part);
  return record?.['type'] === 'text' ? (textOf(record['text']) ?? '') : '';
}

/** Of a text, or of a list of texts and text parts. */
function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return listOf(value).reduce<number>((sum, part) => sum + answerText(part).length, 0);
}

const isErrorList = (value: unknown): boolean => {
  const first = recordOf(listOf(value)[0]);
  return first !== undefined && isError(first);
};

function isError(chunk: Readonly<Record<string, unknown>>): boolean {
  const error = chunk['error'];
  return (error !== undefined && error !== null && error !== false && error !== '') || chunk['object'] === 'error';
}
