import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { languageOf } from '../../../src/core/analysis/languageOf.ts';
import { isDependency, stackFrames, type StackFrame } from '../../../src/core/analysis/stackFrames.ts';
import { propertyRuns } from '../support/runs.ts';

const lines: readonly (readonly [tool: string, line: string, frame: StackFrame])[] = [
  ['Node', '    at total (/app/cart.js:3:5)', { file: '/app/cart.js', line: 3, column: 5, function: 'total' }],
  ['Node, no function', '    at /app/cart.js:3:5', { file: '/app/cart.js', line: 3, column: 5 }],
  [
    'Node, async',
    '    at async main (file:///app/cart.mjs:3:5)',
    { file: '/app/cart.mjs', line: 3, column: 5, function: 'main' },
  ],
  [
    'Node, method',
    '    at Cart.sum [as total] (/app/a b/cart.ts:3:5)',
    { file: '/app/a b/cart.ts', line: 3, column: 5, function: 'Cart.sum [as total]' },
  ],
  [
    'Node on Windows',
    '    at total (C:\\app\\cart.js:3:5)',
    { file: 'C:\\app\\cart.js', line: 3, column: 5, function: 'total' },
  ],
  ['Node on Windows, module', '    at file:///C:/app/cart.mjs:3:5', { file: 'C:/app/cart.mjs', line: 3, column: 5 }],
  ['Node, head of a syntax error', '/app/cart.js:3', { file: '/app/cart.js', line: 3 }],
  ['TypeScript', "src/cart.ts(3,5): error TS2304: Cannot find name 'x'.", { file: 'src/cart.ts', line: 3, column: 5 }],
  [
    'TypeScript, pretty',
    "src/cart.ts:3:5 - error TS2304: Cannot find name 'x'.",
    { file: 'src/cart.ts', line: 3, column: 5 },
  ],
  ['Python', '  File "/app/cart.py", line 3, in total', { file: '/app/cart.py', line: 3, function: 'total' }],
  ['pytest', 'test_cart.py:5: AssertionError', { file: 'test_cart.py', line: 5 }],
  [
    'Java',
    '\tat com.acme.Cart.total(Cart.java:12)',
    { file: 'com/acme/Cart.java', line: 12, function: 'com.acme.Cart.total' },
  ],
  [
    'Java with a loader',
    '\tat app//com.acme.Cart.total(Cart.java:12)',
    { file: 'com/acme/Cart.java', line: 12, function: 'com.acme.Cart.total' },
  ],
  ['javac', 'src/Cart.java:5: error: cannot find symbol', { file: 'src/Cart.java', line: 5 }],
  ['Maven', '[ERROR] /app/src/Cart.java:[5,9] cannot find symbol', { file: '/app/src/Cart.java', line: 5, column: 9 }],
  ['Go', '\t/app/main.go:12 +0x1d', { file: '/app/main.go', line: 12 }],
  ['go build', './main.go:6:2: undefined: x', { file: './main.go', line: 6, column: 2 }],
  ['rustc', '  --> src/main.rs:4:20', { file: 'src/main.rs', line: 4, column: 20 }],
  ['Rust panic', "thread 'main' panicked at src/main.rs:4:20:", { file: 'src/main.rs', line: 4, column: 20 }],
  ['Rust backtrace', '             at ./src/main.rs:4:20', { file: './src/main.rs', line: 4, column: 20 }],
  [
    'C#',
    '   at Shop.Cart.Total() in C:\\shop\\Cart.cs:line 12',
    { file: 'C:\\shop\\Cart.cs', line: 12, function: 'Shop.Cart.Total()' },
  ],
  [
    'dotnet build',
    "Program.cs(5,9): error CS0103: The name 'x' does not exist",
    { file: 'Program.cs', line: 5, column: 9 },
  ],
  ['PHP', 'PHP Fatal error:  Uncaught Error: no in /srv/cart.php:12', { file: '/srv/cart.php', line: 12 }],
  ['PHP warning', 'Warning: Undefined variable $x in /srv/cart.php on line 12', { file: '/srv/cart.php', line: 12 }],
  ['PHP trace', '#0 /srv/cart.php(12): total()', { file: '/srv/cart.php', line: 12, function: 'total' }],
  ['Ruby', "cart.rb:3:in 'total': undefined method (NoMethodError)", { file: 'cart.rb', line: 3, function: 'total' }],
  ['gcc', 'main.c:5:3: error: expected', { file: 'main.c', line: 5, column: 3 }],
  ['webpack', 'ERROR in ./src/cart.ts 3:5-10', { file: './src/cart.ts', line: 3, column: 5 }],
];

describe('stack frames', () => {
  for (const [tool, line, frame] of lines) it(`of ${tool}`, () => assert.deepEqual(stackFrames(line), [frame]));

  it('come in the order of the text, for Python the other way round: the failing line is first', () => {
    const node = stackFrames('Error: x\n    at a (/app/a.js:1:1)\n    at b (/app/b.js:2:2)');
    assert.deepEqual(
      node.map(({ file }) => file),
      ['/app/a.js', '/app/b.js'],
    );
    const python = stackFrames(
      'Traceback (most recent call last):\n  File "b.py", line 2, in b\n  File "a.py", line 1, in a',
    );
    assert.deepEqual(
      python.map(({ file }) => file),
      ['a.py', 'b.py'],
    );
  });

  it('leave out the runtime and what comes twice', () => {
    const text =
      '    at a (/app/a.js:1:1)\n    at a (/app/a.js:1:1)\n    at node:internal/main/run_main:2:3\n    at x (node:fs:1:2)\n  File "<string>", line 1';
    assert.equal(stackFrames(text).length, 1);
  });

  it('are not found in clock times, addresses and versions', () => {
    assert.deepEqual(stackFrames('10:23:45 INFO http://localhost:8080 127.0.0.1:5432 node v24.1.0 shop@1.0.0'), []);
  });

  it("tell installed code from the user's own", () => {
    for (const file of [
      '/app/node_modules/a/i.js',
      'C:\\p\\.venv\\x.py',
      '/usr/lib/python3.11/json/decoder.py',
      '/go/pkg/mod/x/y.go',
      'java/util/List.java',
    ]) {
      assert.ok(isDependency(file), file);
    }
    for (const file of ['/app/src/i.js', 'com/acme/Cart.java', '/home/dev/library/main.py'])
      assert.ok(!isDependency(file), file);
  });

  it('are read from any text without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) =>
        stackFrames(text).every(({ line }) => line > 0),
      ),
      propertyRuns(100, 20_000),
    );
  });
});

describe('the language', () => {
  const known: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'typescript'],
    ['C:\\a\\B.PY', 'python'],
    ['a.tsx', 'typescriptreact'],
    ['Cart.java', 'java'],
    ['main.go', 'go'],
    ['main.rs', 'rust'],
    ['Program.cs', 'csharp'],
  ];
  for (const [path, language] of known)
    it(`of ${path} is ${language}`, () => assert.equal(languageOf({ path }), language));

  const signs: readonly (readonly [string, string])[] = [
    ['Traceback (most recent call last):\n  File "x", line 1', 'python'],
    ["src/a.ts(1,2): error TS2304: Cannot find name 'x'.", 'typescript'],
    ['error[E0382]: borrow of moved value', 'rust'],
    ['java.lang.NullPointerException\n\tat A.main(A.java:1)', 'java'],
    ['panic: boom\n\ngoroutine 1 [running]:', 'go'],
    ['System.NullReferenceException: Object reference', 'csharp'],
    ['TypeError: x is not a function\n    at /app/a.js:1:2', 'javascript'],
  ];
  for (const [text, language] of signs)
    it(`of ${JSON.stringify(text.slice(0, 40))} is ${language}`, () => assert.equal(languageOf({ text }), language));

  it('is not guessed where nothing tells', () => {
    assert.equal(languageOf({ text: 'it broke' }), undefined);
    assert.equal(languageOf({ path: 'LICENSE' }), undefined);
  });
});
