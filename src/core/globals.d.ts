// All that the core may use besides the language itself. The host's own declarations take their
// place where other layers import the core, so these state only what every host has.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: new () => AbortController;

interface TextDecoder {
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => TextDecoder;

interface TextEncoder {
  encode(input?: string): Uint8Array;
}
declare const TextEncoder: new () => TextEncoder;

interface URL {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly host: string;
  readonly pathname: string;
}
declare const URL: { new (url: string, base?: string): URL; canParse(url: string, base?: string): boolean };

declare module 'node:crypto' {
  interface Bytes extends Uint8Array {
    toString(encoding?: 'hex' | 'base64' | 'base64url' | 'utf8'): string;
  }
  interface Hash {
    update(data: string | Uint8Array): Hash;
    digest(): Bytes;
    digest(encoding: 'hex' | 'base64url'): string;
  }
  interface Cipher {
    update(data: Uint8Array): Uint8Array;
    final(): Uint8Array;
  }
  export function createHash(algorithm: 'sha256'): Hash;
  export function createHmac(algorithm: 'sha256', key: string | Uint8Array): Hash;
  export function createCipheriv(algorithm: 'aes-128-cbc', key: Uint8Array, iv: Uint8Array): Cipher;
  export function createDecipheriv(algorithm: 'aes-128-cbc', key: Uint8Array, iv: Uint8Array): Cipher;
  export function scrypt(
    password: string,
    salt: Uint8Array,
    length: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, derived: Uint8Array) => void,
  ): void;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}
