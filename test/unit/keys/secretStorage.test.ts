import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import type { SecretStorage, SecretStorageChangeEvent } from 'vscode';
import { secretPersistence, type Persistence } from '../../../src/adapters/secretPersistence.ts';
import { SecretStorageChannels, SecretStorageVault } from '../../../src/adapters/secretStorageVault.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { MemoryState } from '../support/memoryState.ts';
import { SeededRandom } from '../support/seededRandom.ts';

describe('SecretStorage', () => {
  it('holds one entry a key, and the channels’ secrets beside them', async () => {
    const storage = new MemoryStorage();
    const vault = new SecretStorageVault(storage);
    const channels = new SecretStorageChannels(storage);
    await vault.store('k1', new Secret('s1'));
    await channels.store('telegramBotToken', new Secret('t1'));
    assert.deepEqual(
      [...storage.entries],
      [
        ['aiKeys.secret.k1', 's1'],
        ['aiKeys.channel.telegramBotToken', 't1'],
      ],
    );
    assert.equal((await channels.get('telegramBotToken'))?.reveal(), 't1');
    assert.ok(!inspect(await vault.get('k1')).includes('s1'));
    await vault.delete('k1');
    assert.equal(await vault.get('k1'), undefined);
  });

  it('tells each listener of its own entries, until it is cancelled', async () => {
    const storage = new MemoryStorage();
    const vault = new SecretStorageVault(storage);
    const channels = new SecretStorageChannels(storage);
    const heard: string[] = [];
    const cancel = vault.onDidChange((id) => void heard.push(id));
    channels.onDidChange((name) => void heard.push(name));
    await vault.store('k1', new Secret('s1'));
    await channels.store('smtpPassword', new Secret('p'));
    await storage.store('other', 'x');
    cancel();
    await vault.delete('k1');
    assert.deepEqual(heard, ['k1', 'smtpPassword']);
  });

  it('is known to persist only in a later session', async () => {
    const state = new MemoryState();
    const storage = new MemoryStorage();
    const inSession = (secrets: MemoryStorage, sessionId: string): Promise<Persistence> =>
      secretPersistence({ secrets, state, random: new SeededRandom(), sessionId });
    assert.equal(await inSession(storage, 'one'), 'unknown');
    assert.equal(await inSession(storage, 'one'), 'unknown');
    assert.equal(await inSession(storage, 'two'), 'persisted');
    assert.equal(await inSession(new MemoryStorage(), 'three'), 'lost');
  });

  it('is not said to be lost where two windows began together and one marker overwrote the other', async () => {
    const storage = new MemoryStorage();
    const begin = (state: MemoryState, sessionId: string): Promise<Persistence> =>
      secretPersistence({ secrets: storage, state, random: new SeededRandom(sessionId.length), sessionId });
    const state = new MemoryState();
    assert.equal(await begin(state, 'one'), 'unknown');
    assert.equal(await begin(new MemoryState(), 'other'), 'unknown');
    assert.equal(await begin(state, 'next'), 'unknown');
    assert.equal(await begin(state, 'after'), 'persisted');
  });
});

class MemoryStorage implements SecretStorage {
  readonly entries = new Map<string, string>();
  readonly #listeners = new Set<(event: SecretStorageChangeEvent) => unknown>();

  readonly onDidChange: SecretStorage['onDidChange'] = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  async keys(): Promise<string[]> {
    return [...this.entries.keys()];
  }

  async get(key: string): Promise<string | undefined> {
    return this.entries.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
    for (const listener of this.#listeners) listener({ key });
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key);
    for (const listener of this.#listeners) listener({ key });
  }
}
