import type { ChannelBinding } from '../../../src/core/alerts/channelBinding.ts';
import type { Outgoing, OutgoingMessage } from '../../../src/core/alerts/channel.ts';
import type { ChannelSecretName, ChannelSecrets } from '../../../src/core/keys/channelSecrets.ts';
import type { Secret } from '../../../src/core/keys/secret.ts';

export class MapSecrets implements ChannelSecrets {
  readonly #secrets = new Map<ChannelSecretName, Secret>();
  /** As of a keyring that is locked, or that waits for its user. */
  reading: 'works' | 'fails' | 'hangs' = 'works';

  get(name: ChannelSecretName): Promise<Secret | undefined> {
    if (this.reading === 'hangs') return new Promise(() => {});
    if (this.reading === 'fails') return Promise.reject(new Error('the keyring is locked'));
    return Promise.resolve(this.#secrets.get(name));
  }

  store(name: ChannelSecretName, secret: Secret): Promise<void> {
    this.#secrets.set(name, secret);
    return Promise.resolve();
  }

  delete(name: ChannelSecretName): Promise<void> {
    this.#secrets.delete(name);
    return Promise.resolve();
  }

  onDidChange(): () => void {
    return () => {};
  }
}

export class MapBinding implements ChannelBinding {
  readonly bound = new Map<ChannelSecretName, string>();

  boundTo(secret: ChannelSecretName): string | undefined {
    return this.bound.get(secret);
  }

  bind(secret: ChannelSecretName, target: string): Promise<void> {
    this.bound.set(secret, target);
    return Promise.resolve();
  }
}

export const outgoing = (text: string, subject = 'AI Keys'): Outgoing => ({
  alerts: [],
  message: { subject, text } satisfies OutgoingMessage,
});
