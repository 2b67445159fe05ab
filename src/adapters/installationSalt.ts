import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../core/ports.ts';

const length = 32;

/**
 * The key of the secrets' fingerprints: made once for this machine, the same in all windows. Where
 * nothing can be written it lasts as long as the window.
 */
export function installationSalt(folder: string, random: Random): Uint8Array {
  const file = join(folder, 'salt');
  const made = random.bytes(length);
  try {
    return readSalt(file) ?? create(folder, file, made);
  } catch {
    return made;
  }
}

/** Windows that start together agree: a link is made by one of them only, and whole. */
function create(folder: string, file: string, made: Uint8Array): Uint8Array {
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${Buffer.from(made.subarray(0, 6)).toString('hex')}`;
  writeFileSync(draft, made, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return made;
  } catch {
    return readSalt(file) ?? made;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readSalt(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
