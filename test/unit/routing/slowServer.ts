import assert from 'node:assert/strict';
import { presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { oneModel, providerOf, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { LateReply, ScriptedHttp } = says;
type LateReply = says.LateReply;

export const answer = { status: 200, body: says.wholeAnswer() };

/** A server that takes requests and answers each when the test lets it. */
export class SlowServer {
  readonly replies: LateReply[] = [];
  readonly http = new ScriptedHttp(() => {
    const reply = new LateReply();
    this.replies.push(reply);
    return reply;
  });

  /** The next that is still to be answered. */
  async answersOne(): Promise<void> {
    this.replies.shift()?.come(answer);
    await settled();
  }
}

export function ollama(change: Partial<Provider> = {}): Provider {
  const preset = presets.find(({ id }) => id === 'ollama');
  assert.ok(preset);
  return { ...preset, ...oneModel('ollama'), ...change };
}

export const groq = (change: Partial<Provider> = {}): Provider =>
  providerOf('groq', { ...oneModel('groq'), ...change });
