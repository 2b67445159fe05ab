import { readFile } from 'node:fs/promises';

type Options = { readonly timeoutMs?: number; readonly what?: string };

/** Three times what anything takes here, with one processor kept busy by something else. */
const patientMs = 60_000;
const lookEveryMs = 50;

/** Looks again until the answer is something else than undefined and false. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  { timeoutMs = patientMs, what = 'what was waited for' }: Options = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

type Action = {
  /** For the error. */
  readonly what: string;
  /** A click or a key; does no harm when it is made again. Where it cannot be made yet, it is made later. */
  readonly act: () => Promise<unknown>;
  /** Waits for the effect or looks for it; rejects or answers false where it is not there. */
  readonly seen: () => Promise<unknown>;
  readonly timeoutMs?: number;
};

/**
 * Acts until the effect is seen. VS Code loses a click or a key while it draws a list, opens a menu, or gives the focus
 * to a panel that has just come up; a person who sees that nothing happened does it again, and so does the harness, in
 * this one place.
 */
export async function actUntil({ what, act, seen, timeoutMs = patientMs }: Action): Promise<void> {
  let last: unknown;
  const tried = async (): Promise<boolean> => {
    try {
      await act();
      return (await seen()) !== false;
    } catch (error) {
      last = error;
      return false;
    }
  };
  await eventually(tried, { what, timeoutMs }).catch((error: unknown) => {
    throw new Error(error instanceof Error ? error.message : what, { cause: last });
  });
}

/** A file that somebody else may be writing at this moment: read again until it parses. */
export async function readWhole<T>(path: string, parse: (text: string) => T): Promise<T> {
  let last: unknown;
  const read = async (): Promise<{ readonly value: T } | undefined> => {
    try {
      return { value: parse(await readFile(path, 'utf8')) };
    } catch (error) {
      last = error;
      return undefined;
    }
  };
  try {
    return (await eventually(read, { what: `${path}, whole` })).value;
  } catch (error) {
    throw new Error(`${path} cannot be read`, { cause: last ?? error });
  }
}
