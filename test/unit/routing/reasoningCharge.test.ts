import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HttpError } from '../../../src/core/ports.ts';
import { chargeOf } from '../../../src/core/routing/attemptCharge.ts';
import { attempt, delta, done, frame, last, start } from '../support/chatFixture.ts';

/** 400 characters, 100 tokens. */
const thoughts = 'hmm '.repeat(100);
const reasonings = {
  reasoning: { reasoning: thoughts },
  reasoning_content: { reasoning_content: thoughts },
  'a thinking part': { content: [{ type: 'thinking', thinking: [{ type: 'text', text: thoughts }] }] },
  '<think>': { content: `<think>${thoughts}` },
} as const;

describe('reasoning whose usage nobody told', () => {
  for (const [where, fields] of Object.entries(reasonings)) {
    const piece = frame({ choices: [{ delta: fields }] });

    it(`in ${where} is counted where the caller gives up`, async () => {
      const controller = new AbortController();
      const { clock, run } = start({ pieces: [piece, piece, undefined] }, { signal: controller.signal });
      await clock.advance(1);
      controller.abort();
      const { result } = await run;
      assert.equal(result.ok ? undefined : result.failure.kind, 'cancelled');
      const { tokens } = chargeOf(result, 50);
      assert.ok(tokens !== undefined && tokens.completion >= 200 && tokens.completion <= 205, JSON.stringify(tokens));
    });
  }

  it('is counted where the stream breaks, runs out of time, or ends without usage', async () => {
    const piece = frame({ choices: [{ delta: { reasoning: thoughts } }] });
    const broken = await attempt({ pieces: [piece, delta('a'), new HttpError('reset', 'x')] });
    const ended = await attempt({ pieces: [piece, delta('a'), last(), done] });
    const { clock, run } = start({ pieces: [piece, undefined] });
    await clock.advance(30_000);
    for (const { result } of [broken, ended, await run]) {
      assert.ok((chargeOf(result, 50).tokens?.completion ?? 0) >= 100);
    }
  });
});
