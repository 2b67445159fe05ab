import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import type { Secret } from '../core/keys/secret.ts';
import type { WriteProblem, Written } from '../core/keys/writeProblem.ts';

/** Only the user may read it. */
const mode = 0o600;

/**
 * Writes a file that holds secrets: whole or not at all, never readable by others, not even for a
 * moment. What stood there before is replaced, and stays when writing fails.
 */
export async function writePrivateFile(path: string, text: Secret): Promise<Written> {
  // A link keeps pointing where it points.
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeNew(draft, text);
    await rename(draft, target);
    return { ok: true };
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    return { ok: false, problem: problemOf(error) };
  }
}

async function writeNew(path: string, text: Secret): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text.reveal());
    await file.sync();
  } finally {
    await file.close();
  }
}

const kinds: Readonly<Record<string, Exclude<WriteProblem['kind'], 'other'>>> = {
  EACCES: 'notAllowed',
  EPERM: 'notAllowed',
  EROFS: 'notAllowed',
  ENOSPC: 'noSpace',
  EDQUOT: 'noSpace',
  ENOENT: 'noFolder',
  ENOTDIR: 'noFolder',
  EISDIR: 'isFolder',
};

function problemOf(error: unknown): WriteProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const kind = kinds[code];
  return kind === undefined ? { kind: 'other', reason: code === '' ? String(error) : code } : { kind };
}
