import { Recovery } from '../../../src/core/health/recovery.ts';
import { settled, type RouterFixture } from './routerFixture.ts';
import type { Asked, Reply } from './scriptedHttp.ts';

/** What brings keys and providers of this window back; not started. */
export function recoveryOf(fixture: RouterFixture): Recovery {
  return new Recovery({
    ledger: fixture.ledger,
    clock: fixture.clock,
    log: { info: () => undefined, warn: () => undefined, error: (line) => void fixture.lines.push(line) },
    keys: () => fixture.keys,
    providers: () => fixture.providers,
    secretOf: fixture.secretOf,
    isOriginConfirmed: () => true,
    check: (provider, secret, signal) => fixture.client.check(provider, secret, signal),
  });
}

const stepMs = 5_000;

/** Step by step, so that replies have their turn of the event loop between the timers. */
export async function pass(fixture: RouterFixture, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await fixture.clock.advance(Math.min(stepMs, ms - passed));
    await settled();
  }
}

export const isChat = ({ path }: Asked): boolean => path.endsWith('/chat/completions');

/** A good zero-token check. */
export const models: Reply = {
  status: 200,
  body: JSON.stringify({ object: 'list', data: [{ id: 'groq-model' }] }),
};
