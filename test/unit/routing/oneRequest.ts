import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { passTime, question, routerRig, type RigKey, type RouterRig } from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

/** Runs one request where `groq/1` fails as scripted and everyone else answers; time passes as it must. */
export async function oneRequest(
  failing: (times: number) => says.Reply,
  keys: readonly (KeyRef | RigKey)[] = ['groq/1', 'groq/2'],
  options: Partial<Parameters<typeof routerRig>[0]> = {},
) {
  const http = new says.ScriptedHttp(({ secret }) =>
    secret === 'groq/1' ? failing(http.chats(secret)) : says.answers(),
  );
  const rig = routerRig({ http, keys, ...options });
  const answered = rig.router.chat(question());
  await passTime(rig);
  return { rig, http, answer: await answered };
}

export const blocksOf = (rig: RouterRig, ref: KeyRef) => rig.ledger.blocks(accountOf(rig.keyAt(ref)), rig.clock.now());
