import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Random } from '../../../src/core/ports.ts';
import { question, routerRig, type RigKey, type RouterRig } from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

export const usedUp = (): says.Reply => says.rateLimited('TPD', '2h');
/** `below` 0.2 makes this request a probe. */
export const chance = (value: number): Random => ({ next: () => value, bytes: (length) => new Uint8Array(length) });
/** Everything asked in one request where nobody answers, in order. */
export async function orderOf(
  keys: readonly (KeyRef | RigKey)[],
  options: Partial<Parameters<typeof routerRig>[0]> = {},
  before: (rig: RouterRig) => Promise<unknown> | void = () => undefined,
): Promise<readonly string[]> {
  const http = new says.ScriptedHttp(usedUp);
  const rig = routerRig({ http, keys, ...options });
  await before(rig);
  await rig.router.chat(question());
  return http.asked.map(({ secret, model }) => `${secret} ${model}`);
}

export const firstOf = async (...args: Parameters<typeof orderOf>): Promise<string | undefined> =>
  (await orderOf(...args))[0]?.split(' ')[0];

export const score = (rig: RouterRig, ref: KeyRef, to: number) =>
  rig.ledger.changeHealth(rig.keyAt(ref).fingerprint, () => ({ score: to }));
