import type { Secret } from '../keys/secret.ts';
import { maskSaid } from '../providers/maskSaid.ts';
import { plainLine } from './plainLine.ts';

/** A far end's own words as one line that holds none of these secrets, whole or encoded. */
export function farEndWords(said: string, secrets: readonly Secret[], encodings: readonly Encoding[] = []): string {
  let masked = said;
  for (const secret of secrets) {
    const plain = secret.reveal();
    for (const form of [plain, ...encodings.map((encode) => encode(plain))]) {
      if (form !== '') masked = masked.replaceAll(form, '[secret]');
    }
  }
  return plainLine(maskSaid(masked));
}

export type Encoding = (text: string) => string;
