import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { attempt, frame, json } from '../support/chatFixture.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import { PieceHttp } from '../support/pieceHttp.ts';
import { passTime, providerOf, question, routerFixture } from '../support/routerFixture.ts';
import { ScriptedHttp } from '../support/scriptedHttp.ts';

const key = 'my own/key=with&signs';
const secret = new Secret(key);
const spellings = [key, encodeURIComponent(key), Buffer.from(key).toString('base64'), `${key.slice(0, 9)}…`];
const never = new AbortController().signal;

function assertSilent(where: unknown): void {
  const text = JSON.stringify(where);
  for (const said of ['my own', 'my%20own', spellings[2]?.slice(0, 12) ?? '']) assert.ok(!text.includes(said), text);
}

describe('a key that a provider repeats', () => {
  for (const said of spellings) {
    it(`as ${said} reaches neither the error, the stored route, health, the log nor an event`, async () => {
      const bodies = [
        { status: 400, body: { error: { message: `bad value "${said}"`, param: said } } },
        { status: 400, body: { error: { message: `property '${said}' is unsupported` } } },
        { status: 422, body: { detail: [{ loc: ['body', said], msg: `not known: ${said}` }] } },
        { status: 400, body: { error: { details: [{ fieldViolations: [{ field: said }] }] } } },
        { status: 401, body: { error: { message: `no such key '${said}'`, code: said } } },
      ];
      for (const { status, body } of bodies) {
        const fixture = routerFixture({
          http: new ScriptedHttp(() => ({ status, body: JSON.stringify(body) })),
          keys: [{ ref: 'groq/1', secret: key }],
        });
        const answer = fixture.router.chat(question()).catch((error: unknown) => error);
        await passTime(fixture);
        const given = await answer;
        assertSilent(given instanceof ChatError ? given.message : given);
        assertSilent(await fixture.ledger.routes());
        assertSilent([fixture.healthOf('groq/1'), fixture.lines, fixture.events]);
      }
    });

    it(`as ${said} is not in what a stream or a foreign reply is quoted with`, async () => {
      for (const reply of [
        { pieces: [frame({ error: { message: `no ${said}`, code: 'invalid_request_error', param: said } })] },
        { headers: { 'content-type': `text/x; key=${said}` }, pieces: ['x'] },
      ]) {
        assertSilent((await attempt(reply, { secret })).result);
      }
    });

    it(`as ${said} is no account, no model and no part of a check’s answer`, async () => {
      const provider = providerOf('huggingface');
      const clientFor = (body: unknown, status = 200): ChatClient => {
        const reply = { status, headers: json, pieces: [JSON.stringify(body)] };
        return new ChatClient({ http: new PieceHttp(reply, reply), clock: new FakeClock(), userAgent: 'x' });
      };
      for (const client of [
        clientFor({ name: said }),
        clientFor({ data: [{ id: said }] }),
        clientFor({ error: { message: said, param: said } }, 400),
      ]) {
        assertSilent(await client.check(provider, secret, never));
        assertSilent(await client.models(provider, secret, never));
      }
    });
  }

  it('leaves what it says of sizes and waits readable', async () => {
    const { result } = await attempt(
      {
        status: 429,
        headers: json,
        pieces: [
          JSON.stringify({
            error: {
              message: `Key ${key}: Rate limit reached on tokens per minute (TPM): Limit 6000, Used 5900, Requested 400. Please try again in 3s.`,
            },
          }),
        ],
      },
      { secret },
    );
    assert.ok(!result.ok && result.failure.kind === 'rateMinute');
    assert.equal(result.failure.waitMs, 3_000);
    assert.equal(result.failure.requestedTokens, 400);
    assertSilent(result);
  });
});
