import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryAccountNames } from '../../../src/adapters/memoryAccountNames.ts';
import { MemoryKeyBook } from '../../../src/adapters/memoryKeyBook.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('the account behind a key', () => {
  it('is noted where a reply names it, so that keys of one account become one pool', async () => {
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

  it('once known for all its keys, what is refused to one of them is asked of none', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret.startsWith('groq') ? says.rateLimited('RPM', '30s') : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'], pooling: new MemoryStore() });
    assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    assert.deepEqual([http.chats('groq/1'), http.chats('groq/2')], [1, 1]);
    await fixture.clock.advance(31_000);
    assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    assert.deepEqual([http.chats('groq/1'), http.chats('groq/2')], [2, 1]);
  });

  it('holds for a request that is under way while its keys become one pool', async () => {
    const late = new says.LateReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? late : says.answers()));
    const pooling = new MemoryStore();
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'], pooling });
    const asked = fixture.router.chat(question());
    await settled();
    const names = new MemoryAccountNames(pooling);
    for (const ref of ['groq/1', 'groq/2'] as const) await names.noteAccountName(fixture.keyAt(ref), 'org_x');
    const limited = says.rateLimited('TPD', '1h');
    assert.ok(typeof limited === 'object' && 'status' in limited);
    late.come(limited);
    assert.equal((await asked).key, 'gemini/1');
    assert.deepEqual([http.chats('groq/1'), http.chats('groq/2')], [1, 0]);
    const bucket = { limit: 'tokensPerDay', scope: 'groq-model', form: 'bucket', value: 200_000, sinceMs: 0 } as const;
    const { used } = fixture.ledger.count('pool:groq/org_x', bucket, fixture.clock.now());
    assert.ok(used > 200_000, 'the pool’s bucket is as full as the refusal says');
  });
});

describe('a key that changes while a request is under way', () => {
  const unauthorized = { status: 401, body: '{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}' };
  const disable = (book: MemoryKeyBook, id: string) =>
    book.update((keys) => keys.flatMap((key) => (key.id === id ? [{ ...key, enabled: false }] : [])));
  const underWay = async (change: (book: MemoryKeyBook, id: string) => Promise<unknown>) => {
    const late = new says.LateReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? late : says.answers()));
    const pooling = new MemoryStore();
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'], pooling });
    const asked = fixture.router.chat(question());
    await settled();
    await change(new MemoryKeyBook(pooling), fixture.keyAt('groq/2').id);
    late.come(unauthorized);
    return asked;
  };

  it('is not asked where it was disabled', async () => {
    assert.equal((await underWay(disable)).key, 'gemini/1');
  });

  it('is told in the trace once, as it was last', async () => {
    const late = new says.LateReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/2' ? late : says.answers()));
    const pooling = new MemoryStore();
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'], pooling });
    const { id, ...key } = fixture.keyAt('groq/1');
    const untilMs = fixture.clock.now() + 60_000;
    await fixture.ledger.block(accountOf(key), { kind: 'cooldown', scope: '*', limit: 'unnamed', untilMs });
    const asked = fixture.router.chat(question());
    await settled();
    await disable(new MemoryKeyBook(pooling), id);
    late.come(unauthorized);
    const rows = (await asked).route.passedOver.filter((row) => row.key === 'groq/1');
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['disabled'],
    );
  });

  it('keeps what its old secret was refused from its new one', async () => {
    const late = new says.LateReply();
    const pooling = new MemoryStore();
    const fixture = routerFixture({ http: new ScriptedHttp(() => late), keys: ['groq/1'], pooling });
    const asked = fixture.router.chat(question());
    await settled();
    const updated = await new MemoryKeyBook(pooling).update((keys) =>
      keys.map((key) => ({ ...key, fingerprint: 'another secret' })),
    );
    assert.ok(updated.ok);
    const limited = says.outOfCredit();
    assert.ok(typeof limited === 'object' && 'status' in limited);
    late.come(limited);
    assert.equal((await asked).degraded, true);
    const nowMs = fixture.clock.now();
    for (const key of updated.changed) assert.deepEqual(fixture.ledger.blocks(accountOf(key), nowMs), []);
    assert.equal(fixture.said('noCredit')[0]?.fingerprint, fixture.keyAt('groq/1').fingerprint);
  });

  it('is not asked where it was removed', async () => {
    assert.equal((await underWay((book, id) => book.remove([id]))).key, 'gemini/1');
  });
});
