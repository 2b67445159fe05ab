import * as z from 'zod';
import type { ChannelBinding } from '../core/alerts/channelBinding.ts';
import type { ChannelSecretName } from '../core/keys/channelSecrets.ts';

/** `globalState`, as far as it is needed here: not synced, and lost at worst with a question more. */
export type Memory = {
  get(name: string): unknown;
  update(name: string, value: unknown): Thenable<void>;
};

const target = z.string().optional().catch(undefined);

export class MementoBinding implements ChannelBinding {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  boundTo(secret: ChannelSecretName): string | undefined {
    return target.parse(this.#memory.get(nameOf(secret)));
  }

  async bind(secret: ChannelSecretName, to: string): Promise<void> {
    await this.#memory.update(nameOf(secret), to);
  }
}

const nameOf = (secret: ChannelSecretName): string => `aiKeys.boundTo.${secret}`;
