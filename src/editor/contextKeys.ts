import * as vscode from 'vscode';

import type { Cancel, Clock } from '../core/ports.ts';
import type { ContextKey } from './commands/commandIds.ts';
import type { Subscribe } from './subscribe.ts';
import { Throttle } from './throttle.ts';
import type { StatusSource } from './tree/keyTree.ts';

export type ContextKeysPorts = {
  readonly tracker: Pick<StatusSource, 'allStatuses'>;
  readonly routes: () => Promise<readonly unknown[]>;
  readonly clock: Clock;
  readonly changes: readonly Subscribe[];
};

/** Keeps the context keys true that decide where commands are offered. */
export class ContextKeys implements vscode.Disposable {
  readonly #ports: ContextKeysPorts;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  readonly #set = new Map<ContextKey, boolean>();

  constructor(ports: ContextKeysPorts) {
    this.#ports = ports;
    this.#throttle = new Throttle(ports.clock, 250, () => void this.#update());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    this.#throttle.request();
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
  }

  async #update(): Promise<void> {
    const keys = this.#ports.tracker.allStatuses().map(({ key }) => key);
    this.#put('aiKeys.hasKeys', keys.length > 0);
    this.#put(
      'aiKeys.hasEnabledKeys',
      keys.some(({ enabled }) => enabled),
    );
    this.#put(
      'aiKeys.hasDisabledKeys',
      keys.some(({ enabled }) => !enabled),
    );
    this.#put('aiKeys.ready', true);
    // Once there is a route there always is one: the ledger is asked no more.
    if (this.#set.get('aiKeys.hasRoutes') !== true) {
      this.#put('aiKeys.hasRoutes', (await this.#ports.routes().catch(() => [])).length > 0);
    }
  }

  #put(key: ContextKey, value: boolean): void {
    if (this.#set.get(key) === value) return;
    this.#set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
