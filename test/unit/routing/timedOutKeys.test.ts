import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Provider } from '../../../src/core/providers/provider.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance, score } from './order.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;

async function ask(fixture: RouterFixture, change: Parameters<typeof question>[0] = {}) {
  const startedMs = fixture.clock.monotonic();
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  return { answer: await asked, tookMs: fixture.clock.monotonic() - startedMs };
}

/** This secret hangs, everyone else answers. */
const silent = (...secrets: readonly string[]) =>
  new ScriptedHttp(({ secret }) => (secrets.includes(secret) ? 'hangs' : says.answers()));

describe('a key that timed out', () => {
  it('goes behind the others for two minutes', async () => {
    const http = silent('groq/1');
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'] });
    assert.equal((await ask(fixture)).answer.key, 'groq/2');
    await fixture.clock.advance(2 * minuteMs - 1_000);
    const { tookMs } = await ask(fixture);
    assert.deepEqual([tookMs, http.chats('groq/1')], [0, 1]);
    await fixture.clock.advance(1_000);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 2);
  });

  for (const strategy of ['balanced', 'fastest'] as const) {
    it(`does so with the strategy ${strategy}, too`, async () => {
      const http = silent('groq/1');
      const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'], config: { strategy } });
      await ask(fixture);
      await ask(fixture);
      assert.equal(http.chats('groq/1'), 1);
    });
  }

  it('is asked all the same where no other can answer, and the trace says so', async () => {
    const http = new ScriptedHttp(() => (http.asked.length <= 2 ? 'hangs' : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    assert.equal((await ask(fixture)).answer.degraded, true);
    const { answer } = await ask(fixture);
    assert.equal(answer.key, 'groq/1');
    assert.match(answer.route.attempts[0]?.sentence ?? '', /did not answer in time a moment ago, but no other key can/);
  });

  it('goes before the weak ones, which come last', async () => {
    const http = silent('groq/1');
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'], random: chance(0.5) });
    await score(fixture, 'groq/2', 10);
    await ask(fixture);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 2);
  });

  it('goes behind with its other models in the same request', async () => {
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = silent('groq/1');
    const providers = [providerOf('groq', { models, limits: {} }), providerOf('gemini', oneModel('gemini'))];
    const { answer } = await ask(routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers }));
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('does not keep a conversation that it served', async () => {
    let isSilent = false;
    const http = new ScriptedHttp(({ secret }) => (isSilent && secret === 'groq/1' ? 'hangs' : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const first = question();
    await fixture.router.chat(first);
    isSilent = true;
    await ask(fixture);
    const messages = [
      ...first.messages,
      { role: 'assistant' as const, content: 'Because.' },
      { role: 'user' as const, content: 'And then?' },
    ];
    const { answer, tookMs } = await ask(fixture, { messages });
    assert.deepEqual([answer.key, tookMs], ['groq/2', 0]);
  });
});

describe('a provider on loopback that is silent', () => {
  const local = (change: Partial<Provider> = {}): Provider =>
    providerOf('groq', { ...oneModel('llama'), id: 'local', baseUrl: 'http://127.0.0.1:11434/v1', ...change });
  const remote = ['groq', 'gemini', 'mistral'].map((id) => providerOf(id, oneModel(id)));
  const keys = ['groq/1', 'gemini/1', 'mistral/1'] as const;

  for (const [what, provider, refs] of [
    ['a server without keys', local({ needsKey: false, checkUrl: undefined }), keys],
    ['a key', local(), ['local/1', ...keys] as const],
  ] as const) {
    it(`leaves healthy keys the time to answer (${what}), and the next request begins with them`, async () => {
      const http = new ScriptedHttp(({ origin }) => (origin.includes('127.0.0.1') ? 'hangs' : says.answers()));
      const fixture = routerFixture({ http, keys: refs, providers: [provider, ...remote] });
      const first = await ask(fixture);
      assert.deepEqual([first.answer.key, first.tookMs], ['groq/1', 15_000]);
      const again = await ask(fixture);
      assert.deepEqual([again.answer.key, again.tookMs], ['groq/1', 0]);
    });
  }

  it('gets the rest of the deadline where the others cannot answer in time', async () => {
    const http = new ScriptedHttp(({ origin }) =>
      origin.includes('127.0.0.1') ? 'hangs' : says.rateLimited('TPD', '2h'),
    );
    const providers = [...remote.slice(0, 1), local({ needsKey: false })];
    const fixture = routerFixture({ http, keys: ['groq/1'], providers, config: { deadlineMs: 90_000 } });
    const { answer } = await ask(fixture);
    assert.deepEqual(
      answer.route.attempts.map(({ key, ms }) => [key, ms]),
      [
        ['groq/1', 0],
        ['local/1', 90_000],
      ],
    );
  });

  it('gets it for its first model: the others wait for the same machine', async () => {
    const models = ['large', 'small'].map((id) => ({ id, limits: {}, contextTokens: 8_000 }));
    const http = new ScriptedHttp(() => 'hangs');
    const providers = [local({ models, needsKey: false })];
    const { answer } = await ask(routerFixture({ http, keys: [], providers, config: { deadlineMs: 90_000 } }));
    assert.equal(answer.route.attempts[0]?.ms, 90_000);
  });
});
