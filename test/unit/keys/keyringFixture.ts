import { MemoryAccountNames } from '../../../src/adapters/memoryAccountNames.ts';
import { MemoryKeyBook } from '../../../src/adapters/memoryKeyBook.ts';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import type { Salt } from '../../../src/core/keys/fingerprint.ts';
import type { CheckResult } from '../../../src/core/keys/keyCheck.ts';
import { Keyring } from '../../../src/core/keys/keyring.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { MemoryVault } from '../support/memoryVault.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';

/** A key as Groq would make it; never a literal, so that no scanner takes it for a real one. */
export const groqText = (letter = 'a'): string => `gsk_${letter.repeat(52)}`;

/** A keyring over everything in memory. What the check answers is set by the test. */
export class KeyringFixture {
  readonly store = new MemoryStore();
  readonly clock = new FakeClock();
  readonly keyBook = new MemoryKeyBook(this.store);
  readonly ledger = new MemoryLedger({ clock: this.clock, store: this.store });
  readonly accountNames = new MemoryAccountNames(this.store);
  readonly vault = new MemoryVault();
  readonly lines: string[] = [];
  readonly checks: (string | undefined)[] = [];
  checked: CheckResult = { kind: 'ok' };
  providers: readonly Provider[] = catalog;
  readonly keyring = this.newWindow(1);

  /** Another window over the same book and vault. */
  newWindow(seed: number, salt: Salt = { bytes: Uint8Array.of(1, 2, 3), isKept: true }): Keyring {
    const write = (line: string): void => void this.lines.push(line);
    return new Keyring({
      keyBook: this.keyBook,
      vault: this.vault,
      ledger: this.ledger,
      accountNames: this.accountNames,
      clock: this.clock,
      random: new SeededRandom(seed),
      salt,
      l10n: plainL10n,
      log: { info: write, warn: write, error: write },
      providers: () => this.providers,
      client: {
        check: async (_provider, secret) => {
          this.checks.push(secret?.reveal());
          return this.checked;
        },
      },
    });
  }

  async addGroq(...letters: string[]): Promise<void> {
    for (const letter of letters) {
      const result = await this.keyring.add({ provider: 'groq', text: groqText(letter) });
      if (result.kind !== 'added') throw new Error(`not added: ${result.kind}`);
    }
  }
}

export const refusal: CheckResult = {
  kind: 'refused',
  failure: { kind: 'authInvalid', said: 'Invalid API Key', status: 401 },
};

export const offline: CheckResult = {
  kind: 'couldNotRun',
  failure: { kind: 'network', cause: 'dns', beforeConnect: true, said: '' },
};
