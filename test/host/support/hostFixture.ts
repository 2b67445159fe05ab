import * as vscode from 'vscode';
import type { Composed } from '../../../src/compose.ts';
import type { Testing } from '../../../src/compose/testing.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Behaviour } from '../../simulator/behaviours.ts';
import { startGroq } from '../../simulator/groq/groq.ts';
import type { Simulator } from '../../simulator/simulator.ts';

/** The extension as it runs in this host, and what one test changed of it. */
export class HostFixture {
  readonly api: Composed;
  readonly testing: Testing;
  readonly #undone: (() => unknown)[] = [];

  private constructor(api: Composed, testing: Testing) {
    this.api = api;
    this.testing = testing;
  }

  static async open(): Promise<HostFixture> {
    const api = await vscode.extensions.getExtension<Composed>('ai-keys.ai-keys')?.activate();
    if (api?.testing === undefined) throw new Error('the test build is not installed');
    return new HostFixture(api, api.testing);
  }

  /** A simulated Groq without limits, which the extension asks; what is said of the provider joins its address. */
  async simulateGroq(provider: object = {}): Promise<Simulator> {
    const groq = await startGroq({ limits: 'none' });
    this.undo(() => groq.stop());
    await this.set('aiKeys.providers', { groq: { baseUrl: groq.baseUrl, ...provider } });
    return groq;
  }

  async addKey(provider: string, secret: string, limits: Record<string, number> = {}): Promise<KeyRef> {
    const ref = await this.testing.addKey(provider, secret, { limits });
    this.undo(() => this.testing.removeKey(ref));
    return ref;
  }

  /** For all windows, as the user would. */
  async set(name: string, value: unknown): Promise<void> {
    const settings = vscode.workspace.getConfiguration();
    this.undo(() => settings.update(name, undefined, vscode.ConfigurationTarget.Global));
    await settings.update(name, value, vscode.ConfigurationTarget.Global);
  }

  /** Epoch milliseconds. */
  setClock(wallMs: number): void {
    this.undo(() => this.testing.setClock(undefined));
    this.testing.setClock(wallMs);
  }

  /** What is to be done after the test, the last first. */
  undo(step: () => unknown): void {
    this.#undone.push(step);
  }

  async close(): Promise<void> {
    for (const step of this.#undone.splice(0).toReversed()) await step();
  }
}

/** A test on the extension in this host, of which nothing is left for the next one. */
export const withHost = (play: (host: HostFixture) => Promise<void>) => async (): Promise<void> => {
  const host = await HostFixture.open();
  try {
    await play(host);
  } finally {
    await host.close();
  }
};

let keys = 0;

/** A secret that no test has added: what a key used counts on when it is removed and added again. */
export const freshKey = (simulator: Simulator, behaviour: Behaviour): string => {
  keys += 1;
  return simulator.key(behaviour, keys);
};

let questions = 0;

/** A question that no cache has seen. */
export const question = (): { readonly messages: readonly [{ readonly role: 'user'; readonly content: string }] } => {
  questions += 1;
  return { messages: [{ role: 'user', content: `Why does this fail in the host? (${questions})` }] };
};
