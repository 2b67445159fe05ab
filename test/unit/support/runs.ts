const isLong = process.env['AI_KEYS_LONG'] === '1';

/** How much is done: little in `npm test`, much in `npm run test:long`. */
export const runs = (short: number, long: number): number => (isLong ? long : short);

type PropertyRuns = { readonly numRuns: number; readonly seed?: number };

/** Of a property: the same cases every time in `npm test`; others every time in `npm run test:long`, which names the seed of one that fails. */
export const propertyRuns = (short: number, long: number, seed = 20_261_122): PropertyRuns =>
  isLong ? { numRuns: long } : { numRuns: short, seed };
