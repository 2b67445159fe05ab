/** One question of the day, with the sizes that only the provider's tokenizer and model know. */
export type DayRequest = {
  readonly id: number;
  /** Epoch ms. */
  readonly atMs: number;
  /** Of the text, without what a provider's template adds. */
  readonly promptTokens: number;
  /** What the model would say if nothing cut it off. */
  readonly completionTokens: number;
  /** The cap that the caller names. */
  readonly cap: number;
  /** Code is denser than prose: 3.3 to 4.2. */
  readonly charsPerToken: number;
};

/** A caller waits so long for its answer. */
export const patienceMs = 60_000;
/** An answer cannot come sooner than this: who finds room later than that has found it too late. */
export const leastAnswerMs = 3_000;
/** The least cap that a router may lower a request to. */
export const leastCap = 256;

const line = '  const total = rows.reduce((sum, { price, count }) => sum + price * count, 0);\n';
const code = line.repeat(2_000);

/** No two requests have the same text; the number in front tells the fleet which one it is. */
export function textOf({ id, promptTokens, charsPerToken }: DayRequest): string {
  const head = `#${id} Why is the total wrong?\n`;
  return head + code.slice(0, Math.max(0, Math.round(promptTokens * charsPerToken) - head.length));
}

export const idIn = (text: string): number => Number.parseInt(text.slice(1), 10);
