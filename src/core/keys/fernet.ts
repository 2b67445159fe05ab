import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { decodeBase64Url, encodeBase64Url } from './base64Url.ts';

/** The only version there is of the Fernet specification. */
const version = 0x80;
const keyBytes = 32;
const headBytes = 25;
const blockBytes = 16;
const macBytes = 32;
/** How far a token's time may lie ahead, as the specification's reference allows. */
const clockSkewSeconds = 60;

export type FernetKey = { readonly signing: Uint8Array; readonly encryption: Uint8Array };

/** 32 bytes, or their base64url text; undefined for anything else. */
export function fernetKey(source: Uint8Array | string): FernetKey | undefined {
  const bytes = typeof source === 'string' ? decodeBase64Url(source.trim()) : source;
  if (bytes?.length !== keyBytes) return undefined;
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) };
}

/** `iv`: 16 random bytes, never used twice with one key. `atMs`: epoch milliseconds. */
export function encryptFernet(key: FernetKey, plain: Uint8Array, atMs: number, iv: Uint8Array): string {
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv);
  const head = new Uint8Array(9);
  head[0] = version;
  new DataView(head.buffer).setBigUint64(1, BigInt(Math.floor(atMs / 1000)));
  const signed = joined(head, iv, cipher.update(plain), cipher.final());
  return encodeBase64Url(joined(signed, macOf(key, signed)));
}

export type FernetProblem =
  | 'badBase64'
  | 'tooShort'
  | 'badVersion'
  | 'badLength'
  | 'expired'
  | 'fromTheFuture'
  | 'badMac'
  | 'badPadding';

export type Decrypted =
  | { readonly ok: true; readonly plain: Uint8Array }
  | { readonly ok: false; readonly problem: FernetProblem };

/** Seconds that a token is good for, and the epoch milliseconds to hold it against. */
export type FernetAge = { readonly ttlSeconds: number; readonly nowMs: number };

/** Without `age` a token never expires. */
export function decryptFernet(key: FernetKey, token: string, age?: FernetAge): Decrypted {
  const bytes = decodeBase64Url(token.trim());
  if (bytes === undefined) return refused('badBase64');
  if (bytes[0] !== version) return refused('badVersion');
  if (bytes.length <= headBytes + macBytes) return refused('tooShort');
  const signed = bytes.subarray(0, -macBytes);
  if ((signed.length - headBytes) % blockBytes !== 0) return refused('badLength');
  const tooOld = age === undefined ? undefined : ageProblem(signed, age);
  if (tooOld !== undefined) return refused(tooOld);
  if (!timingSafeEqual(macOf(key, signed), bytes.subarray(-macBytes))) return refused('badMac');
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, signed.subarray(9, headBytes));
  try {
    return { ok: true, plain: joined(decipher.update(signed.subarray(headBytes)), decipher.final()) };
  } catch {
    return refused('badPadding');
  }
}

function ageProblem(signed: Uint8Array, { ttlSeconds, nowMs }: FernetAge): 'expired' | 'fromTheFuture' | undefined {
  const madeAt = Number(new DataView(signed.buffer, signed.byteOffset).getBigUint64(1));
  const now = nowMs / 1000;
  if (madeAt > now + clockSkewSeconds) return 'fromTheFuture';
  return madeAt + ttlSeconds < now ? 'expired' : undefined;
}

const refused = (problem: FernetProblem): Decrypted => ({ ok: false, problem });

const macOf = (key: FernetKey, signed: Uint8Array): Uint8Array =>
  createHmac('sha256', key.signing).update(signed).digest();

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
