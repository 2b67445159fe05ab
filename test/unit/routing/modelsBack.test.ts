import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { bringBackModels } from '../../../src/core/quota/modelsOut.ts';
import { isChat, recoveryOf } from '../support/recoveryFixture.ts';
import { providerOf, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;
const models = ['first', 'second'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
const groq = providerOf('groq', { models, limits: {} });

const notFound = (message: string): says.Reply => ({ status: 404, body: JSON.stringify({ error: { message } }) });
const modelNotFound = notFound('The model `first` does not exist or you do not have access to it.');

/** A provider that did not have its first model when it was last asked; since then it has. */
async function firstIsOut(provider: Provider = groq) {
  let has = false;
  const http = new ScriptedHttp((asked) => {
    if (!isChat(asked)) return { status: 200, body: JSON.stringify({ data: has ? models : models.slice(1) }) };
    return asked.model === 'first' && !has ? modelNotFound : says.answers();
  });
  const fixture = routerFixture({ http, keys: provider.needsKey ? [`${provider.id}/1`] : [], providers: [provider] });
  assert.equal((await fixture.router.chat(question())).model, `${provider.id}/second`);
  has = true;
  assert.equal((await fixture.router.chat(question())).model, `${provider.id}/second`);
  return { fixture, http, lose: () => (has = false) };
}

const served = async (fixture: RouterFixture): Promise<string | undefined> =>
  (await fixture.router.chat(question())).model;

describe('a model that is gone', () => {
  it('is asked again at once where the address changes', async () => {
    const { fixture, http } = await firstIsOut();
    const providers = [{ ...groq, baseUrl: 'https://corrected.example.org/v1' }];
    const moved = routerFixture({ http, keys: ['groq/1'], providers, ledger: () => fixture.ledger });
    assert.equal(await served(moved), 'groq/first');
  });

  it('is asked again at once where the user refreshes models', async () => {
    const { fixture } = await firstIsOut();
    await bringBackModels(fixture.ledger, groq, fixture.keys);
    assert.equal(await served(fixture), 'groq/first');
  });

  it("is asked again at once where a check's list names it", async () => {
    const { fixture } = await firstIsOut();
    const untilMs = fixture.clock.now() - 1;
    await fixture.ledger.changeHealth(fixture.keyAt('groq/1').fingerprint, (health) => ({
      ...health,
      quarantine: { cause: 'refused', times: 1, untilMs },
    }));
    await recoveryOf(fixture).look();
    assert.equal(await served(fixture), 'groq/first');
  });

  const [ollama] = presets;
  assert.ok(ollama);
  const local = { ...ollama, models };

  it('on a server of the user’s own is asked again as soon as its list names it', async () => {
    const { fixture, http } = await firstIsOut(local);
    await recoveryOf(fixture).look();
    assert.equal(await served(fixture), 'ollama/first');
    assert.equal(http.asked.filter((asked) => !isChat(asked)).length, 1);
  });

  it('there stays out while the list does not name it, which is looked at once a minute', async () => {
    const { fixture, http, lose } = await firstIsOut(local);
    lose();
    const recovery = recoveryOf(fixture);
    for (let look = 0; look < 24; look += 1) {
      await recovery.look();
      await fixture.clock.advance(5_000);
    }
    assert.equal(await served(fixture), 'ollama/second');
    const looks = http.asked.filter((asked) => !isChat(asked)).length;
    assert.ok(looks === 2 || looks === 3, `${looks} looks in two minutes`);
  });

  it('stays out for 24 hours where nothing says otherwise', async () => {
    const { fixture } = await firstIsOut();
    await recoveryOf(fixture).look();
    await fixture.clock.advance(24 * 60 * minuteMs - 1_000);
    assert.equal(await served(fixture), 'groq/second');
    await fixture.clock.advance(1_000);
    assert.equal(await served(fixture), 'groq/first');
  });
});

describe('a 404 that speaks of no model', () => {
  for (const reply of [notFound('Not Found'), notFound('Unknown request URL: POST /chat'), { status: 404, body: '' }]) {
    it(`is a bad reply, and takes no model out: ${JSON.stringify(reply)}`, async () => {
      const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? reply : says.answers()));
      const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'], providers: [groq] });
      const answer = await fixture.router.chat(question());
      assert.deepEqual([answer.key, answer.model], ['groq/2', 'groq/first']);
      assert.equal(fixture.healthOf('groq/1').score, 85);
      assert.equal(answer.route.attempts[0]?.outcome, 'badReply');
    });
  }

  it('is one that names the model that was asked, in whatever words', async () => {
    const http = new ScriptedHttp(({ model }) =>
      model === 'first' ? notFound('No endpoints found for first.') : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [groq] });
    const { model, route } = await fixture.router.chat(question());
    assert.deepEqual([model, route.attempts[0]?.outcome], ['groq/second', 'modelGone']);
  });
});
