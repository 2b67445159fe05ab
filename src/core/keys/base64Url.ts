const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

/** RFC 4648 section 5, with padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = Math.min(3, bytes.length - at);
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit += 1) {
      text += digit <= left ? alphabet.charAt((word >> (18 - 6 * digit)) & 63) : '=';
    }
  }
  return text;
}

/** Undefined for any text that the encoder above would not have written. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  const body = /^(?<body>[A-Za-z0-9_-]*)={0,2}$/.exec(text)?.groups?.['body'];
  if (body === undefined || text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let [word, bits, at] = [0, 0, 0];
  for (const letter of body) {
    word = ((word << 6) | (values.get(letter) ?? 0)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (word >> bits) & 0xff;
    at += 1;
  }
  // Bits that are left over must be 0: else two texts would mean the same bytes.
  return encodeBase64Url(bytes) === text ? bytes : undefined;
}
