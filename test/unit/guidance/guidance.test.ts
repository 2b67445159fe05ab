import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { analysisMessages } from '../../../src/core/analysis/prompt.ts';
import { guidance } from '../../../src/core/guidance/guidance.ts';
import { rules } from '../../../src/core/guidance/rules.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { codeErrors } from './codeSamples.ts';
import { compilerErrors } from './compilerSamples.ts';
import type { Sample } from './sample.ts';
import { systemErrors } from './systemSamples.ts';

const l10n = plainL10n;
const read = (text: string) => guidance({ l10n, text });

function recognises(sample: Sample): void {
  it(`recognises ${sample.name}`, () => {
    const found = read(sample.text);
    assert.equal(found.matched, sample.rule);
    const all = [found.title, found.meaning, ...found.tries].join('\n');
    for (const word of sample.says) assert.ok(all.includes(word), `“${word}” is missing in:\n${all}`);
    assert.ok(found.tries.length > 0, 'something to try');
    if (sample.at !== undefined) assert.deepEqual(found.locations[0], sample.at);
  });
}

describe('guidance: what common errors mean and what to try', () => {
  describe('errors of code', () => codeErrors.forEach(recognises));
  describe('errors of the system around it', () => systemErrors.forEach(recognises));
  describe('compiler errors', () => compilerErrors.forEach(recognises));

  it('says so when it does not recognise an error, and still advises', () => {
    const found = read('the flux capacitor is sad\nat src/flux.ts:4:2');
    assert.equal(found.matched, undefined);
    assert.ok(found.tries.length > 0);
    assert.deepEqual(found.locations, [{ file: 'src/flux.ts', line: 4, column: 2 }]);
  });

  it('answers an empty text', () => {
    assert.equal(read('').matched, undefined);
  });

  it('names each rule once', () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  });

  it('reads through the colours of a terminal', () => {
    const red = `\u001b[31m`;
    assert.equal(
      read(`${red}TypeError: Cannot read properties of \u001b[1mundefined\u001b[0m (reading 'id')`).matched,
      'undefined/jsProperty',
    );
  });

  it('takes the last cause of a Java chain, where the reason stands', () => {
    const text = [
      'Exception in thread "main" java.lang.NullPointerException: wrapped',
      '\tat app.Main.main(Main.java:9)',
      'Caused by: java.net.ConnectException: Connection refused',
      '\t... 1 more',
    ].join('\n');
    assert.equal(read(text).matched, 'network/refused');
  });

  it('does not take quoted code of a Python traceback for the error', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "app.py", line 3, in main',
      '    raise CartError("nothing in it") from TimeoutError()',
      'shop.CartError: nothing in it',
    ].join('\n');
    assert.equal(read(text).matched, 'python/other');
  });

  it('reads the error alone in a question about it, not the code that goes with it', () => {
    const [, question] = analysisMessages(
      {
        errorText: 'Traceback (most recent call last):\n  File "a.py", line 3, in f\nKeyError: \'x\'',
        language: 'python',
        snippets: [
          { path: 'b.py', startLine: 1, endLine: 1, text: 'except ZeroDivisionError:\nb.py:9: oops', why: 'frame' },
        ],
        leftOut: [],
        masked: [],
      },
      { wanted: 'auto', ui: 'en' },
    );
    assert.ok(typeof question?.content === 'string');
    const found = read(question.content);
    assert.equal(found.matched, 'undefined/pythonKey');
    assert.deepEqual(found.locations, [{ file: 'a.py', line: 3 }]);
  });

  it("puts the user's own code before installed code", () => {
    const text = [
      'TypeError: x is not a function',
      '    at /app/node_modules/lib/index.js:1:1',
      '    at run (/app/src/run.js:7:3)',
    ].join('\n');
    assert.deepEqual(read(text).locations[0], { file: '/app/src/run.js', line: 7, column: 3 });
  });

  it('keeps a name out of the Markdown around it', () => {
    const found = read("Error: Cannot find module 'a`b**c'");
    assert.ok(found.meaning.includes('`` a`b**c ``'), found.meaning);
  });

  it('never puts strange characters of a name into a command', () => {
    const found = read("Error: Cannot find module 'x; rm -rf ~'");
    assert.ok(!found.tries.join('\n').includes('rm -rf'), found.tries.join('\n'));
  });
});

describe('guidance on huge input', () => {
  it('finds the error at the end of a log of many megabytes', () => {
    const text = `${'INFO request served in 12 ms\n'.repeat(200_000)}ModuleNotFoundError: No module named 'yaml'\n`;
    assert.equal(read(text).matched, 'module/python');
  });

  // What each rule takes longest to give up on: lines full of its own beginning.
  it("gives up in bounded work on texts made of the rules' own beginnings", () => {
    const beginnings = rules.map(({ pattern }) => pattern.source.replaceAll(/[\\^$.*+?()[\]{}|<>]/g, ' ').slice(0, 40));
    const lines = Array.from(
      { length: 3_000 },
      (_, index) => `${index} ${(beginnings[index % beginnings.length] ?? '').repeat(20)}`,
    );
    assert.equal(typeof read(lines.join('\n')).title, 'string');
  });

  it('gives up in bounded work on one line without an end', () => {
    for (const piece of ['a', '/', "'", 'at ', '(', '1:', 'x.', ' ', 'A: '])
      assert.equal(typeof read(piece.repeat(1_000_000)).title, 'string');
  });
});
