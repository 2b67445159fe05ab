import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readChatRequest } from '../../../src/editor/api/readChatRequest.ts';
import { plainL10n } from '../support/plainL10n.ts';

const messages = [{ role: 'user', content: 'Why?' }];

describe('what another extension asks', () => {
  it('may be in the background or the foreground lane, and in no other', () => {
    assert.equal(readChatRequest(plainL10n, { messages, lane: 'background' }).lane, 'background');
    assert.equal(readChatRequest(plainL10n, { messages, lane: 'foreground' }).lane, 'foreground');
    assert.equal(readChatRequest(plainL10n, { messages }).lane, undefined);
    assert.throws(() => readChatRequest(plainL10n, { messages, lane: 'fast' }), {
      kind: 'badRequest',
      message: /lane/,
    });
  });
});
