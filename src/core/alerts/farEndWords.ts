import type { Secret } from '../keys/secret.ts';
import { withoutSecret } from '../keys/withoutSecret.ts';
import { maskSaid } from '../providers/maskSaid.ts';
import { plainLine } from './plainLine.ts';

/** A far end's own words as one line that holds none of these secrets, however it spells them. */
export const farEndWords = (said: string, secrets: readonly Secret[]): string =>
  plainLine(maskSaid(secrets.reduce(withoutSecret, said)));
