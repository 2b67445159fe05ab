import { SeededRandom } from '../../unit/support/seededRandom.ts';

/** Chance of its own for each purpose, so that one contestant's calls do not change what the others meet. */
export function chanceOf(seed: number, ...purpose: readonly (string | number)[]): SeededRandom {
  let hash = 0x811c9dc5 ^ seed;
  for (const char of purpose.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  const random = new SeededRandom(hash);
  random.next();
  return random;
}

export const between = (random: SeededRandom, least: number, most: number): number =>
  least + random.next() * (most - least);

/** Waits of a Poisson stream. */
export const exponential = (random: SeededRandom, mean: number): number => -Math.log(1 - random.next()) * mean;

export function logNormal(random: SeededRandom, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}
