import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { providerOf, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const hourMs = 3_600_000;
const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));

const [preset] = presets;
assert.ok(preset);
const custom: Provider = { ...preset, id: 'custom', needsKey: true, models };

type Headers = Readonly<Record<string, string>>;

/** One key, whose provider answers with the headers that the test has it show for each model. */
function shown(provider: Provider, headers: (model: string) => Headers) {
  const http = new says.ScriptedHttp(({ model }) => ({
    status: 200,
    headers: headers(model),
    body: says.wholeAnswer(),
  }));
  return routerFixture({ http, keys: [`${provider.id}/1`], providers: [provider] });
}

const modelOf = async (fixture: RouterFixture): Promise<string | undefined> =>
  (await fixture.router.chat(question())).model;

describe('a limit that a reply shows', () => {
  const requestsLeft = (left: number): Headers => ({
    'x-ratelimit-limit-requests-day': '100',
    'x-ratelimit-remaining-requests-day': String(left),
  });

  for (const provider of [providerOf('mistral', { models, limits: {} }), custom]) {
    it(`is that of the model that was asked, though ${provider.id} counts by key otherwise`, async () => {
      const fixture = shown(provider, (model) => requestsLeft(model === 'big' ? 0 : 50));
      assert.equal(await modelOf(fixture), `${provider.id}/big`);
      assert.equal(await modelOf(fixture), `${provider.id}/small`);
    });
  }

  it("takes the place of the catalog's for that model alone", async () => {
    const limited = { ...custom, limits: { requestsPerDay: 2 } };
    const fixture = shown(limited, (model) => (model === 'big' ? requestsLeft(90) : {}));
    for (let request = 0; request < 4; request += 1) assert.equal(await modelOf(fixture), 'custom/big');
    const [key] = fixture.keys;
    assert.ok(key);
    assert.equal(fixture.tracker.room(key, limited, 'small', 1, fixture.clock.now()).ok, false);
  });

  it('of a day is raised again by a later reply that shows more left', async () => {
    let left = 40;
    const one = { ...custom, models: models.slice(0, 1) };
    const fixture = shown(one, () => requestsLeft(left));
    const [key] = fixture.keys;
    assert.ok(key);
    const seen = async (): Promise<number | undefined> => {
      await fixture.clock.advance(hourMs / 2);
      await fixture.router.chat(question());
      return fixture.tracker.quotas(key, one, 'big', fixture.clock.now())[0]?.left;
    };
    assert.equal(await seen(), 40);
    left = 75;
    assert.equal(await seen(), 75);
    left = 10;
    assert.equal(await seen(), 10);
  });
});
