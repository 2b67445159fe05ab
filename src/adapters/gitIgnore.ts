import { execFile } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GitStanding } from '../core/keys/gitStanding.ts';

const longestWaitMs = 5_000;

/** Asks the user's own git. For folders that the user trusts: git reads the repository's configuration. */
export class GitIgnore {
  async standingOf(path: string): Promise<GitStanding> {
    const folder = dirname(path);
    const name = basename(path);
    const ignored = await git(folder, ['check-ignore', '--quiet', '--', name]);
    // 0: ignored, 1: not ignored or tracked, 128: no repository.
    if (ignored.code === 0) return 'ignored';
    if (ignored.code !== 1) return 'unknown';
    const tracked = await git(folder, ['ls-files', '--error-unmatch', '--', name]);
    return tracked.code === 0 ? 'tracked' : 'notIgnored';
  }

  /** Appends the file to its repository's `.gitignore`, whose path it answers. */
  async ignore(path: string): Promise<string> {
    const folder = dirname(path);
    const [top, prefix] = await Promise.all([
      git(folder, ['rev-parse', '--show-toplevel']),
      git(folder, ['rev-parse', '--show-prefix']),
    ]);
    if (top.code !== 0 || prefix.code !== 0) throw new Error(top.said || prefix.said);
    const file = join(top.out, '.gitignore');
    const before = await readFile(file, 'utf8').catch(ifMissing);
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    await appendFile(file, `${gap}/${escaped(prefix.out + basename(path))}\n`);
    return file;
  }
}

/** Characters that mean something in a pattern. */
const escaped = (path: string): string => path.replace(/[\\*?[\]]| $/g, String.raw`\$&`);

function ifMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}

type GitAnswer = { readonly code: number; readonly out: string; readonly said: string };

/** Never rejects: without git the code is -1. The file system monitor, a program of the repository's choice, stays off. */
function git(folder: string, args: readonly string[]): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const options = { timeout: longestWaitMs, windowsHide: true };
    execFile('git', ['-c', 'core.fsmonitor=false', '-C', folder, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out: stdout.replace(/\r?\n$/, ''), said: stderr.trim() });
    });
  });
}
