import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { applyFix, parseFixes, type FixEdit } from '../../../src/core/analysis/fix.ts';
import { propertyRuns } from '../support/runs.ts';

const block = (path: string, ...edits: readonly FixEdit[]): string =>
  [
    `\`\`\`fix path=${path}`,
    ...edits.flatMap(({ search, replace }) => ['<<<<<<< SEARCH', search, '=======', replace, '>>>>>>> REPLACE']),
    '```',
  ].join('\n');

const edit = (search: string, replace: string): FixEdit => ({ search, replace });
const apply = (text: string, ...edits: readonly FixEdit[]) => applyFix(text, { path: 'a.ts', edits });

describe('a fix in an answer', () => {
  it('is read with its path and edits, whatever text stands around it', () => {
    const answer = `The cause…\n\n${block('src/a.ts', edit('a', 'b'), edit('c\nd', 'e'))}\n\nDone.\n${block('"my dir/b.ts"', edit('x', 'y'))}`;
    assert.deepEqual(parseFixes(answer), {
      fixes: [
        { path: 'src/a.ts', edits: [edit('a', 'b'), edit('c\nd', 'e')] },
        { path: 'my dir/b.ts', edits: [edit('x', 'y')] },
      ],
      refused: [],
    });
  });

  it('may hold fences of its own', () => {
    const edits = [edit('```js\nold\n```', '```js\nnew\n```')];
    assert.deepEqual(parseFixes(block('README.md', ...edits)).fixes, [{ path: 'README.md', edits }]);
  });

  it('is read from an answer with Windows line ends', () => {
    assert.deepEqual(parseFixes(block('a.ts', edit('a', 'b')).replaceAll('\n', '\r\n')).fixes, [
      { path: 'a.ts', edits: [edit('a', 'b')] },
    ]);
  });

  it('is not offered when it was cut off or is malformed', () => {
    const whole = block('a.ts', edit('a', 'b'));
    for (const part of [whole.slice(0, -4), whole.slice(0, whole.indexOf('=======')), whole.replace('=======\n', '')]) {
      const { fixes, refused } = parseFixes(part);
      assert.deepEqual([fixes, refused], [[], [{ kind: 'malformed', path: 'a.ts' }]]);
    }
    assert.deepEqual(parseFixes('```fix path=a.ts\n```').refused, [{ kind: 'empty', path: 'a.ts' }]);
  });

  it('is not found in an ordinary code block', () => {
    assert.deepEqual(parseFixes('```ts\nconst fix = 1;\n```'), { fixes: [], refused: [] });
  });

  const outside = [
    '/etc/passwd',
    '../a.ts',
    'src/../../a.ts',
    'C:/a.ts',
    'C:\\a.ts',
    '\\\\host\\a.ts',
    '..\\a.ts',
    '~/a.ts',
    'file:///a.ts',
    'a.ts:x',
    'a//b.ts',
    'src/..',
  ];
  for (const path of outside) {
    it(`is refused for a path that could lead out of the workspace: ${path}`, () => {
      assert.deepEqual(parseFixes(block(path, edit('a', 'b'))), { fixes: [], refused: [{ kind: 'unsafePath', path }] });
    });
  }

  it('takes a path with a leading ./ or with backslashes as the workspace has it', () => {
    assert.equal(parseFixes(block('./src\\a.ts', edit('a', 'b'))).fixes[0]?.path, 'src/a.ts');
  });
});

describe('applying a fix', () => {
  it('replaces the anchor that is found exactly once', () => {
    assert.deepEqual(apply('one\ntwo\nthree\n', edit('two', '2')), {
      ok: true,
      text: 'one\n2\nthree\n',
      edits: [{ start: 4, end: 7, text: '2' }],
    });
  });

  it('refuses an anchor that is not found, is found twice, or is empty', () => {
    assert.deepEqual(apply('a\nb\n', edit('c', 'd')), { ok: false, kind: 'anchorNotFound', edit: 0 });
    assert.deepEqual(apply('a\nb\na\n', edit('a', 'd')), { ok: false, kind: 'anchorNotUnique', edit: 0 });
    assert.deepEqual(apply('aaa', edit('aa', 'd')), { ok: false, kind: 'anchorNotUnique', edit: 0 });
    assert.deepEqual(apply('a\n', edit(' \n', 'd')), { ok: false, kind: 'anchorEmpty', edit: 0 });
    assert.deepEqual(apply('a\n', edit('a', 'a')), { ok: false, kind: 'noChange', edit: 0 });
  });

  it('is all or nothing', () => {
    assert.deepEqual(apply('a\nb\n', edit('a', '1'), edit('gone', '2')), {
      ok: false,
      kind: 'anchorNotFound',
      edit: 1,
    });
  });

  it('looks for every anchor in the file as it is, not in what earlier edits wrote', () => {
    assert.deepEqual(apply('a\nb\n', edit('a', 'x'), edit('x', 'y')), { ok: false, kind: 'anchorNotFound', edit: 1 });
  });

  it('refuses anchors that overlap', () => {
    assert.deepEqual(apply('a\nb\nc\n', edit('a\nb', '1'), edit('b\nc', '2')), {
      ok: false,
      kind: 'anchorsOverlap',
      edit: 1,
    });
  });

  it('keeps the line ends of the file', () => {
    const applied = apply('a\r\nb\r\nc\r\n', edit('a\nb', 'x\ny'));
    assert.equal(applied.ok && applied.text, 'x\r\ny\r\nc\r\n');
  });

  it('takes the line end along when whole lines go', () => {
    const applied = apply('a\nb\nc\n', edit('b', ''));
    assert.equal(applied.ok && applied.text, 'a\nc\n');
  });

  it('takes special characters of replacements as they are', () => {
    const applied = apply('price', edit('price', "$& $1 $' \\n"));
    assert.equal(applied.ok && applied.text, "$& $1 $' \\n");
  });

  it('changes nothing but what the edits say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 8 }), (picked) => {
        const lines = Array.from({ length: 100 }, (_, index) => `<${index}>`);
        const numbers = [...new Set(picked)];
        const applied = apply(lines.join('\n'), ...numbers.map((number) => edit(`<${number}>`, `changed ${number}`)));
        assert.ok(applied.ok);
        const wanted = lines.map((line, index) => (numbers.includes(index) ? `changed ${index}` : line)).join('\n');
        assert.equal(applied.text, wanted);
      }),
      propertyRuns(100, 20_000),
    );
  });
});
