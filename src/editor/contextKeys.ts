import * as vscode from 'vscode';

import type { ApiKey } from '../core/keys/apiKey.ts';
import type { Cancel, Clock } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import type { Route } from '../core/routing/route.ts';
import type { ContextKey } from './commands/commandIds.ts';
import type { Subscribe } from './subscribe.ts';
import { Throttle } from './throttle.ts';

export type ContextKeysPorts = {
  readonly keys: () => readonly ApiKey[];
  readonly providers: () => readonly Provider[];
  readonly routes: () => Promise<readonly Pick<Route, 'outcome'>[]>;
  /** Whether messages leave VS Code: Telegram or email is set up. */
  readonly alertsSetUp: () => boolean;
  readonly clock: Clock;
  /** When the first look at the keys holds nobody up. */
  readonly ready: Promise<void>;
  readonly changes: readonly Subscribe[];
};

/** Keeps the context keys true that decide where commands are offered and which steps are done. */
export class ContextKeys implements vscode.Disposable {
  readonly #ports: ContextKeysPorts;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  readonly #set = new Map<ContextKey, boolean>();

  constructor(ports: ContextKeysPorts) {
    this.#ports = ports;
    this.#throttle = new Throttle(ports.clock, 250, () => void this.#update());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    void ports.ready.then(() => this.#throttle.request());
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
  }

  async #update(): Promise<void> {
    const { keys: allKeys, providers, routes, alertsSetUp } = this.#ports;
    const keys = allKeys();
    const enabled = keys.filter((key) => key.enabled);
    this.#put('aiKeys.hasKeys', keys.length > 0);
    this.#put('aiKeys.hasEnabledKeys', enabled.length > 0);
    this.#put('aiKeys.hasDisabledKeys', enabled.length < keys.length);
    this.#put('aiKeys.canMoveKeys', new Set(keys.map(({ provider }) => provider)).size < keys.length);
    this.#put('aiKeys.canAskProviders', enabled.length > 0 || providers().some(({ needsKey }) => !needsKey));
    this.#put('aiKeys.alertsSetUp', alertsSetUp());
    this.#put('aiKeys.ready', true);
    // Once there was an answer there always was one: the ledger is asked no more.
    if (this.#set.get('aiKeys.hasAnswer') === true) return;
    const known = await routes().catch(() => []);
    this.#put('aiKeys.hasRoutes', known.length > 0);
    this.#put(
      'aiKeys.hasAnswer',
      known.some(({ outcome }) => outcome === 'answered'),
    );
  }

  #put(key: ContextKey, value: boolean): void {
    if (this.#set.get(key) === value) return;
    this.#set.set(key, value);
    setContextKey(key, value);
  }
}

export const setContextKey = (key: ContextKey, value: boolean): void =>
  void vscode.commands.executeCommand('setContext', key, value);
