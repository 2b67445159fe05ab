import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { withoutSecret } from '../../../src/core/keys/withoutSecret.ts';

const key = 'gsk_q7R/t2+Vw9"Xy3=Zb5';
const without = (text: string, of = key): string => withoutSecret(text, new Secret(of));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a text without the secret that it may repeat', () => {
  for (const [what, text] of [
    ['as it is', key],
    ['in quotes', `'${key}'`],
    ['in capitals', key.toUpperCase()],
    ['URL-encoded', encodeURIComponent(key)],
    ['URL-encoded twice, in small letters', encodeURIComponent(encodeURIComponent(key)).toLowerCase()],
    ['JSON in a text', JSON.stringify(key).replaceAll('/', '\\/')],
    ['in base64', base64(key)],
    ['in base64 for a URL', Buffer.from(key).toString('base64url')],
    ['in base64 for a URL, encoded once more', encodeURIComponent(base64(key))],
    ['in base64 behind a user’s name', base64(`user:${key}`)],
    ['in base64 behind a scheme', base64(`Bearer ${key}`)],
    ['cut short by an ellipsis', `${key.slice(0, 12)}…`],
    ['cut short by three dots', `${key.slice(0, 8)}...`],
    ['its middle in stars', `${key.slice(0, 7)}******${key.slice(-4)}`],
    ['its end behind an ellipsis in brackets', `[...]${key.slice(-6)}`],
  ] as const) {
    it(`has none ${what}`, () => {
      const left = without(`key ${text} refused`);
      assert.match(left, /^key \W{0,2}(?:dXNlcjp|QmVhcmVyIG)?\[…\].{0,3} refused$/);
    });
  }

  it('keeps what is only like a piece of it', () => {
    for (const text of ['gsk_ keys are refused...', 'ask q7R later', 'see https://x.example/a/b', 'no...', '']) {
      assert.equal(without(text), text);
    }
  });

  it('keeps words that a short secret is part of, and has none of it alone', () => {
    assert.equal(without('the latest test: "test"', 'test'), 'the latest […]: "[…]"');
  });

  it('is the text itself where the secret is empty', () => {
    assert.equal(without('a text', ''), 'a text');
  });

  it('takes no longer where a text repeats itself', () => {
    for (const piece of ['x', '.', 'gsk_q7R', 'gsk_…', '%25', '\\']) {
      assert.ok(without(piece.repeat(Math.ceil(65_536 / piece.length))).length <= 65_600);
    }
  });
});
