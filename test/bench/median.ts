// Apart from rounds.ts: whoever imports this needs none of the peers installed.

/** The middle of the values; NaN of none. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >>> 1] ?? Number.NaN;
