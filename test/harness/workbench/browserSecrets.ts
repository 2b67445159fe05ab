import { randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredSecret } from './runningVsCode.ts';

/** Where VS Code in a browser keeps all secrets, in one piece. */
export const secretsItem = 'secrets.provider';

const keyBytes = 32;
const ivBytes = 12;

/** The server's half of the key that the browser's secrets are encrypted with: made before the server starts, which then takes it. */
export async function serverKeyHalf(dataDir: string): Promise<Uint8Array> {
  const file = join(dataDir, 'serve-web-key-half');
  await mkdir(dataDir, { recursive: true });
  const there = await readFile(file).catch(() => undefined);
  if (there !== undefined) return there;
  const made = randomBytes(keyBytes);
  await writeFile(file, made);
  return made;
}

/**
 * What VS Code in a browser would have stored: its own half of the key, the initialization vector and the AES-GCM cipher text, as
 * base64. The key is both halves, bit by bit exclusive or.
 */
export async function sealSecrets(secrets: readonly StoredSecret[], serverHalf: Uint8Array): Promise<string> {
  const record = Object.fromEntries(
    secrets.map(({ extensionId, key, value }) => [JSON.stringify({ extensionId, key }), value]),
  );
  const browserHalf = randomBytes(keyBytes);
  const iv = randomBytes(ivBytes);
  const both = browserHalf.map((byte, index) => byte ^ (serverHalf[index] ?? 0));
  const key = await webcrypto.subtle.importKey('raw', both, 'AES-GCM', false, ['encrypt']);
  const plain = new TextEncoder().encode(JSON.stringify(record));
  const cipher = new Uint8Array(await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain));
  return Buffer.concat([browserHalf, iv, cipher]).toString('base64');
}
