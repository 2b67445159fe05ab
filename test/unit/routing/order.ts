import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Random } from '../../../src/core/ports.ts';
import { question, routerFixture, type FixtureKey, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

export const usedUp = (): says.Reply => says.rateLimited('TPD', '2h');
/** `below` 0.2 makes this request a probe. */
export const chance = (value: number): Random => ({ next: () => value, bytes: (length) => new Uint8Array(length) });
/** Everything asked in one request where nobody answers, in order. */
export async function orderOf(
  keys: readonly (KeyRef | FixtureKey)[],
  options: Partial<Parameters<typeof routerFixture>[0]> = {},
  before: (fixture: RouterFixture) => Promise<unknown> | void = () => undefined,
): Promise<readonly string[]> {
  const http = new says.ScriptedHttp(usedUp);
  const fixture = routerFixture({ http, keys, ...options });
  await before(fixture);
  await fixture.router.chat(question());
  return http.asked.map(({ secret, model }) => `${secret} ${model}`);
}

export const firstOf = async (...args: Parameters<typeof orderOf>): Promise<string | undefined> =>
  (await orderOf(...args))[0]?.split(' ')[0];

export const score = (fixture: RouterFixture, ref: KeyRef, to: number) =>
  fixture.ledger.changeHealth(fixture.keyAt(ref).fingerprint, () => ({ score: to }));
