import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  gatherErrorContext,
  maxErrorChars,
  type ErrorContextAsk,
  type WorkspaceReader,
} from '../../../src/core/analysis/errorContext.ts';
import { Secret } from '../../../src/core/keys/secret.ts';

const root = '/home/dev/shop/';

/** A workspace of these files; it answers absolute paths below its root, and its own relative ones. */
function workspace(files: Readonly<Record<string, string>>): WorkspaceReader {
  return {
    read: (path) => Promise.resolve(files[path]),
    resolve: (path) => {
      const relative = path.startsWith(root) ? path.slice(root.length) : path;
      return Promise.resolve(relative.startsWith('/') || files[relative] === undefined ? undefined : relative);
    },
  };
}

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

const gather = (more: Partial<ErrorContextAsk>) =>
  gatherErrorContext({
    errorText: '',
    reader: workspace({}),
    neverSend: () => false,
    contextLines: 2,
    known: [],
    ...more,
  });

const trace = (...places: readonly string[]): string =>
  ['TypeError: no', ...places.map((place) => `    at f (${place})`)].join('\n');

describe('the context of an error', () => {
  it('holds the code around each frame that lies in the workspace', async () => {
    const context = await gather({
      errorText: trace(`${root}src/a.ts:10:3`, '/elsewhere/b.ts:1:1', 'node:internal/x:1:1'),
      reader: workspace({ 'src/a.ts': numbered(30) }),
    });
    assert.deepEqual(context.snippets, [
      { path: 'src/a.ts', startLine: 8, endLine: 12, text: 'line 8\nline 9\nline 10\nline 11\nline 12', why: 'frame' },
    ]);
    assert.equal(context.language, 'typescript');
  });

  it('begins with the place that the user pointed to', async () => {
    const context = await gather({
      errorText: trace('a.ts:1:1'),
      focus: { path: 'b.ts', startLine: 5, endLine: 6, why: 'problem' },
      reader: workspace({ 'a.ts': numbered(3), 'b.ts': numbered(9) }),
    });
    assert.deepEqual(
      context.snippets.map(({ path, startLine, endLine, why }) => [path, startLine, endLine, why]),
      [
        ['b.ts', 3, 8, 'problem'],
        ['a.ts', 1, 3, 'frame'],
      ],
    );
  });

  it('holds places of one file that lie close together once', async () => {
    const context = await gather({
      errorText: trace('a.ts:5:1', 'a.ts:8:1'),
      reader: workspace({ 'a.ts': numbered(20) }),
    });
    assert.deepEqual(
      context.snippets.map(({ startLine, endLine }) => [startLine, endLine]),
      [[3, 10]],
    );
  });

  it('never holds a file that the user keeps here, and says so', async () => {
    const context = await gather({
      errorText: trace('.env.ts:1:1'),
      neverSend: (path) => path.startsWith('.env'),
      reader: workspace({ '.env.ts': 'private' }),
    });
    assert.deepEqual(context.snippets, []);
    assert.deepEqual(context.leftOut, [{ path: '.env.ts', reason: 'neverSend' }]);
  });

  it('does not even hold what is selected in such a file', async () => {
    const context = await gather({
      errorText: 'SOMETHING=private',
      focus: { path: '.env', startLine: 1, endLine: 1, why: 'selection' },
      neverSend: () => true,
    });
    assert.equal(context.errorText, '');
    assert.deepEqual(context.leftOut, [{ path: '.env', reason: 'neverSend' }]);
  });

  it('leaves out installed code, files that are gone, binary ones and huge ones', async () => {
    const context = await gather({
      errorText: trace('node_modules/x/i.ts:1:1', 'bin.ts:1:1', 'huge.ts:1:1'),
      focus: { path: 'gone.ts', startLine: 1, endLine: 1, why: 'problem' },
      reader: workspace({ 'node_modules/x/i.ts': 'x', 'bin.ts': 'a\0b', 'huge.ts': 'x'.repeat(1_000_001) }),
    });
    assert.deepEqual(context.snippets, []);
    assert.deepEqual(context.leftOut, [
      { path: 'gone.ts', reason: 'unreadable' },
      { path: 'bin.ts', reason: 'unreadable' },
      { path: 'huge.ts', reason: 'tooLarge' },
    ]);
  });

  it('masks secrets in the error text and in the code, and counts them', async () => {
    const pooled = `pooled${'z9'.repeat(10)}`;
    const token = `gsk_${'a1B'.repeat(17)}`;
    const context = await gather({
      errorText: `${trace('a.ts:2:1')}\nused ${pooled}`,
      reader: workspace({ 'a.ts': `first\nconst k = '${token}'\nlast` }),
      known: [{ secret: new Secret(pooled), name: 'Mistral Key 1' }],
    });
    const all = JSON.stringify(context);
    assert.ok(!all.includes(pooled) && !all.includes(token));
    assert.ok(context.errorText.endsWith('used [masked: Mistral Key 1]'));
    assert.deepEqual(context.masked, [
      { kind: 'pooledKey', count: 1 },
      { kind: 'apiToken', count: 1 },
    ]);
  });

  it('masks a private key of which only the middle would be cut out', async () => {
    const body = Array.from({ length: 20 }, () => 'Qz7'.repeat(21)).join('\n');
    const text = `-----BEGIN ${''}PRIVATE KEY-----\n${body}\n-----END ${''}PRIVATE KEY-----\n`;
    const context = await gather({ errorText: trace('a.ts:10:1'), reader: workspace({ 'a.ts': text }) });
    assert.ok(!JSON.stringify(context.snippets).includes('Qz7'));
  });

  it('keeps head and tail of a long error text, within its bound', async () => {
    const { errorText } = await gather({ errorText: `HEAD ${'x\n'.repeat(50_000)} TAIL` });
    assert.ok(errorText.startsWith('HEAD') && errorText.endsWith('TAIL'));
    assert.ok(errorText.length <= maxErrorChars);
  });

  it('masks before it cuts, so that no half secret is left', async () => {
    const token = `gsk_${'a1B'.repeat(17)}`;
    for (let shift = 0; shift < token.length; shift += 5) {
      const { errorText } = await gather({ errorText: `${'x '.repeat(1_990 - shift)}${token}${' y'.repeat(9_000)}` });
      assert.ok(!errorText.includes('gsk_'));
    }
  });

  it('stays small whatever the trace names, nearest lines first', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `f${index}.ts`);
    const wide = Array.from({ length: 400 }, (_, index) => `${index + 1} ${'w'.repeat(2_000)}`).join('\n');
    const context = await gather({
      errorText: trace(...names.map((name) => `${name}:200:1`)),
      contextLines: 40,
      reader: workspace(Object.fromEntries(names.map((name) => [name, wide]))),
    });
    const size = context.snippets.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(size <= 10_000 && size > 5_000, String(size));
    assert.ok(context.snippets[0]?.text.includes('200 w'), 'the line of the error is in it');
    assert.ok(context.leftOut.some(({ reason }) => reason === 'noRoom'));
  });

  it('takes the colours of a terminal out, and reads Windows line ends', async () => {
    const context = await gather({
      errorText: '\u001b[31mTypeError\u001b[0m: no\r\n    at f (a.ts:2:1)\r\n',
      reader: workspace({ 'a.ts': 'one\r\ntwo\r\nthree' }),
      contextLines: 0,
    });
    assert.equal(context.errorText, 'TypeError: no\n    at f (a.ts:2:1)\n');
    assert.deepEqual(
      context.snippets.map(({ text }) => text),
      ['two'],
    );
  });

  it('takes the language of the editor where there is one', async () => {
    assert.equal((await gather({ errorText: 'boom', languageHint: 'ruby' })).language, 'ruby');
  });

  it('is not disturbed by a line beyond the end of the file', async () => {
    assert.deepEqual(
      (await gather({ errorText: trace('a.ts:900:1'), reader: workspace({ 'a.ts': 'x' }) })).snippets,
      [],
    );
  });
});
