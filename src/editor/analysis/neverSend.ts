import picomatch from 'picomatch';

/**
 * Whether a workspace path matches one of the user's patterns. A pattern without a slash is about
 * names anywhere, and one that names a folder is about all that is in it.
 */
export function neverSend(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.flatMap((pattern) => {
    const plain = pattern
      .trim()
      .replace(/^\.?\//, '')
      .replace(/\/$/, '');
    if (plain === '') return [];
    const anywhere = plain.includes('/') ? plain : `**/${plain}`;
    return [anywhere, `${anywhere}/**`].map((glob) => picomatch(glob, { dot: true, nocase: true, windows: false }));
  });
  return (path) => tests.some((test) => test(path) || test(path.split('/').slice(1).join('/')));
}
