/** What a provider counted for a prompt, beside what was estimated of it before anything was learned. */
export type PromptCount = {
  readonly provider: string;
  readonly model: string;
  readonly counted: number;
  readonly estimate: number;
  /** It refused the request for its size: it may not be estimated too low again. */
  readonly refused: boolean;
  readonly nowMs: number;
};

export type PromptRatio = { readonly ratio: number; readonly atMs: number };

/** Further off is no matter of the tokenizer. */
const least = 0.5;
const most = 4;
/** An estimate that is too low gets requests refused, one that is too high only keeps room free for a moment. */
const shareUp = 0.5;
const shareDown = 0.1;
/** Not each answer is worth a write. */
const worthWriting = 0.02;

/** Counted tokens for each estimated one, after this prompt; undefined: as before. */
export function nextRatio(before: number, { counted, estimate, refused }: PromptCount): number | undefined {
  if (!(counted > 0) || !(estimate > 0)) return undefined;
  const measured = Math.min(most, Math.max(least, counted / estimate));
  if (refused && measured > before) return measured;
  const next = before + (measured - before) * (measured > before ? shareUp : shareDown);
  return Math.abs(next / before - 1) > worthWriting ? next : undefined;
}
