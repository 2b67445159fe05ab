import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('failover', () => {
  it('asks the next key when the first is refused, and the caller sees no error', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.refused() : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });

    const answer = await fixture.router.chat(question());

    assert.equal(answer.content, 'Because.');
    assert.equal(answer.key, 'groq/2');
    assert.deepEqual(
      answer.route.attempts.map(({ key, outcome }) => [key, outcome]),
      [
        ['groq/1', 'authInvalid'],
        ['groq/2', 'ok'],
      ],
    );
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(fixture.healthOf('groq/1').score, 0);
    assert.equal(fixture.healthOf('groq/1').quarantine?.untilMs, fixture.clock.now() + 5 * 60_000);
    assert.deepEqual(
      fixture.said('refused').map(({ key }) => key),
      ['groq/1'],
    );
  });

  it('asks a key that is rate limited once per cooldown, not once per request', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' ? says.rateLimited('RPM', '30s') : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });

    for (let request = 0; request < 60; request += 1) {
      assert.equal((await fixture.router.chat(question())).key, 'groq/2');
      await fixture.clock.advance(1_000);
    }

    assert.equal(http.chats('groq/1'), 2, 'once at the start and once after its 30 s');
    assert.equal(http.chats('groq/2'), 60);
  });

  it('goes through any number of keys', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `groq/${index + 1}` as const);
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/40' ? says.answers() : says.refused()));
    const fixture = routerFixture({ http, keys });

    assert.equal((await fixture.router.chat(question())).key, 'groq/40');
    assert.equal(http.asked.length, 40);
  });
});
