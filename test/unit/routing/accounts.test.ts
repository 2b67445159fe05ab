import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('the account behind a key', () => {
  it('is noted where a reply names it, so that keys of one account can be offered a pool', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/3' ? says.answers() : says.rateLimited('RPM', '30s'),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'groq/3'] });
    await fixture.router.chat(question());
    assert.deepEqual(fixture.accounts, [
      ['groq/1', 'org_x'],
      ['groq/2', 'org_x'],
    ]);
  });
});
