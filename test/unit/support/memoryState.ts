import type { Memento } from 'vscode';

/** `globalState` without a disk. */
export class MemoryState implements Pick<Memento, 'get' | 'update'> {
  #values: Readonly<Record<string, unknown>> = {};

  get(key: string): undefined;
  get<T>(key: string, otherwise: T): T;
  get(key: string): unknown {
    return this.#values[key];
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values = { ...this.#values, [key]: value };
  }
}
