import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FakeClock } from '../support/fakeClock.ts';
import { oneModel, passTime, providerOf, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('waiting for limits of each form', () => {
  it('a limit of one request a second counts starts, however long the answers take', async () => {
    const starts: number[] = [];
    const clock = new FakeClock();
    const http = new ScriptedHttp(() => {
      starts.push(Math.round(clock.monotonic() / 100) / 10);
      const reply = new says.LateReply();
      clock.after(15_000, () => reply.come({ status: 200, body: says.wholeAnswer() }));
      return reply;
    });
    const providers = [providerOf('mistral', oneModel('mistral', { requestsPerSecond: 1 }))];
    const fixture = routerFixture({ http, clock, keys: ['mistral/1'], providers });
    const asked = Array.from({ length: 5 }, () => fixture.router.chat(question()));
    await passTime(fixture);
    assert.ok((await Promise.all(asked)).every(({ degraded }) => !degraded));
    assert.deepEqual(starts, [0, 1, 2, 3, 4]);
  });

  it('a full bucket is waited for until as much of it has drained as the request needs', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { requestsPerMinute: 2 } }] });
    await fixture.router.chat(question());
    await fixture.clock.advance(20_000);
    await fixture.router.chat(question());
    const startedMs = fixture.clock.monotonic();
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await asked).degraded, false);
    assert.equal(fixture.clock.monotonic() - startedMs, 10_500);
  });
});
