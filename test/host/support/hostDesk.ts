import * as vscode from 'vscode';
import type { Composed } from '../../../src/compose.ts';
import type { Testing } from '../../../src/compose/testing.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';

/** The extension as it runs in this host, and what a suite changed of it. */
export class HostDesk {
  readonly api: Composed;
  readonly testing: Testing;
  readonly #keys: KeyRef[] = [];
  readonly #settings = new Set<string>();

  private constructor(api: Composed, testing: Testing) {
    this.api = api;
    this.testing = testing;
  }

  static async open(): Promise<HostDesk> {
    const api = await vscode.extensions.getExtension<Composed>('ai-keys.ai-keys')?.activate();
    if (api?.testing === undefined) throw new Error('the test build is not installed');
    return new HostDesk(api, api.testing);
  }

  async addKey(provider: string, secret: string, limits: Record<string, number> = {}): Promise<KeyRef> {
    const ref = await this.testing.addKey(provider, secret, { limits });
    this.#keys.push(ref);
    return ref;
  }

  /** For all windows, as the user would; undone by `clear`. */
  async set(name: string, value: unknown): Promise<void> {
    this.#settings.add(name);
    await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  }

  /** Ends what the suite began: its keys, its settings, its time. */
  async clear(): Promise<void> {
    for (const ref of this.#keys.splice(0)) await this.testing.removeKey(ref);
    for (const name of this.#settings) {
      await vscode.workspace.getConfiguration().update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    this.#settings.clear();
    this.testing.setClock(undefined);
  }
}

let questions = 0;

/** A question that no cache has seen. */
export const question = (): { readonly messages: readonly [{ readonly role: 'user'; readonly content: string }] } => {
  questions += 1;
  return { messages: [{ role: 'user', content: `Why does this fail in the host? (${questions})` }] };
};
