import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { Salt } from '../core/keys/fingerprint.ts';
import type { Random } from '../core/ports.ts';

const length = 32;
const copyName = 'aiKeys.salt';

type State = Pick<vscode.Memento, 'get' | 'update'>;

/**
 * The key of the secrets' fingerprints: made once for this machine, the same in all windows. A copy in
 * `globalState` stands in for a file that cannot be read. Where neither can be had, it is this window's alone.
 */
export function installationSalt(folder: string, random: Random, state: State): Salt {
  const file = join(folder, 'salt');
  const copy = readCopy(state);
  const bytes = readSalt(file) ?? copy ?? create(folder, file, random.bytes(length));
  if (bytes === undefined) return { bytes: random.bytes(length), isKept: false };
  const text = Buffer.from(bytes).toString('hex');
  // Where this fails, the next window copies it.
  if (state.get<unknown>(copyName) !== text) void Promise.resolve(state.update(copyName, text)).catch(() => undefined);
  return { bytes, isKept: true };
}

/** Windows that start together agree: a link is made by one of them only, and whole. */
function create(folder: string, file: string, made: Uint8Array): Uint8Array | undefined {
  const draft = `${file}.${Buffer.from(made.subarray(0, 6)).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, made, { mode: 0o600 });
    try {
      linkSync(draft, file);
      return made;
    } finally {
      rmSync(draft, { force: true });
    }
  } catch {
    return readSalt(file);
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

function readCopy(state: State): Uint8Array | undefined {
  const text = state.get<unknown>(copyName);
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
