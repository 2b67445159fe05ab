/** Outputs as the tools print them. */
export type Sample = {
  readonly name: string;
  readonly rule: string;
  readonly text: string;
  /** Words that the explanation must hold. */
  readonly says: readonly string[];
  readonly at?: { readonly file: string; readonly line: number; readonly column?: number };
};
