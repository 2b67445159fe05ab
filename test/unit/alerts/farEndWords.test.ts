import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { farEndWords } from '../../../src/core/alerts/farEndWords.ts';
import { Secret } from '../../../src/core/keys/secret.ts';

describe('what Telegram or a mail server says', () => {
  const token = '7012345:AbC/defGhi';

  for (const spelled of [
    token,
    encodeURIComponent(token),
    Buffer.from(token).toString('base64'),
    `${token.slice(0, 9)}…`,
  ]) {
    it(`holds no secret, spelled ${spelled}`, () => {
      assert.equal(farEndWords(`no bot ${spelled} here`, [new Secret(token)]), 'no bot […] here');
    });
  }
});
