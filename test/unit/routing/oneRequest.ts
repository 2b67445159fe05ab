import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { passTime, question, routerFixture, type FixtureKey, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

/** Runs one request where `groq/1` fails as scripted and everyone else answers; time passes as it must. */
export async function oneRequest(
  failing: (times: number) => says.Reply,
  keys: readonly (KeyRef | FixtureKey)[] = ['groq/1', 'groq/2'],
  options: Partial<Parameters<typeof routerFixture>[0]> = {},
) {
  const http = new says.ScriptedHttp(({ secret }) =>
    secret === 'groq/1' ? failing(http.chats(secret)) : says.answers(),
  );
  const fixture = routerFixture({ http, keys, ...options });
  const answered = fixture.router.chat(question());
  await passTime(fixture);
  return { fixture, http, answer: await answered };
}

export const blocksOf = (fixture: RouterFixture, ref: KeyRef) =>
  fixture.ledger.blocks(accountOf(fixture.keyAt(ref)), fixture.clock.now());
