type Options = { readonly timeoutMs?: number; readonly what?: string };

/** Looks again until the answer is something else than undefined and false. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  { timeoutMs = 15_000, what = 'what was waited for' }: Options = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
