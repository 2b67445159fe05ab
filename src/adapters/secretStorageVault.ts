import type * as vscode from 'vscode';
import type { ChannelSecretName, ChannelSecrets } from '../core/keys/channelSecrets.ts';
import { Secret } from '../core/keys/secret.ts';
import type { Cancel, KeyVault } from '../core/ports.ts';

const keyPrefix = 'aiKeys.secret.';
const channelPrefix = 'aiKeys.channel.';
const channelNames: readonly ChannelSecretName[] = ['telegramBotToken', 'smtpPassword'];

/** Keys' secrets in VS Code's SecretStorage, one entry a key. Rejects as the storage does. */
export class SecretStorageVault implements KeyVault {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(keyId: string): Promise<Secret | undefined> {
    return wrapped(await this.#storage.get(keyPrefix + keyId));
  }

  async store(keyId: string, secret: Secret): Promise<void> {
    await this.#storage.store(keyPrefix + keyId, secret.reveal());
  }

  async delete(keyId: string): Promise<void> {
    await this.#storage.delete(keyPrefix + keyId);
  }

  onDidChange(listener: (keyId: string) => void): Cancel {
    const subscription = this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(keyPrefix)) listener(key.slice(keyPrefix.length));
    });
    return () => void subscription.dispose();
  }
}

/** The alert channels' secrets, beside the keys'. */
export class SecretStorageChannels implements ChannelSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: ChannelSecretName): Promise<Secret | undefined> {
    return wrapped(await this.#storage.get(channelPrefix + name));
  }

  async store(name: ChannelSecretName, secret: Secret): Promise<void> {
    await this.#storage.store(channelPrefix + name, secret.reveal());
  }

  async delete(name: ChannelSecretName): Promise<void> {
    await this.#storage.delete(channelPrefix + name);
  }

  onDidChange(listener: (name: ChannelSecretName) => void): Cancel {
    const subscription = this.#storage.onDidChange(({ key }) => {
      const name = channelNames.find((candidate) => channelPrefix + candidate === key);
      if (name !== undefined) listener(name);
    });
    return () => void subscription.dispose();
  }
}

const wrapped = (text: string | undefined): Secret | undefined => (text === undefined ? undefined : new Secret(text));
