import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Keyring } from '../../../src/core/keys/keyring.ts';
import type { ImportPlan } from '../../../src/core/keys/importPlan.ts';
import { describeKeyringProblem } from '../../../src/core/keys/describeKeyringProblem.ts';
import type { KeyringProblem } from '../../../src/core/keys/keyringProblem.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { groqText } from '../keys/keyringFixture.ts';
import { MemoryVault } from '../support/memoryVault.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { AwayWindow } from './awayWindow.ts';
import { LedgerFolder } from './ledgerFixture.ts';

const silent = (): void => undefined;
const sentence = 'AI Keys cannot reach its database right now. Nothing was changed.';

describe('a keyring whose database is away', () => {
  let folder: LedgerFolder;
  let away: AwayWindow;
  let vault: MemoryVault;
  let keyring: Keyring;

  beforeEach(async () => {
    folder = new LedgerFolder();
    away = await AwayWindow.open(folder);
    vault = new MemoryVault();
    keyring = new Keyring({
      ...away.window,
      vault,
      clock: folder.clock,
      random: new SeededRandom(7),
      salt: { bytes: Uint8Array.of(1, 2, 3), isKept: true },
      l10n: plainL10n,
      log: { info: silent, warn: silent, error: silent },
      providers: () => catalog,
      client: { check: async () => ({ kind: 'ok' }) },
    });
    for (const letter of ['a', 'b', 'c']) await keyring.add({ provider: 'groq', text: groqText(letter) });
  });
  afterEach(() => folder.close());

  const isRefused = (result: { readonly ok: boolean; readonly problem?: KeyringProblem }): void => {
    assert.equal(result.problem?.kind, 'bookAway');
    assert.equal(describeKeyringProblem(plainL10n, catalog, result.problem), sentence);
  };
  const standing = () => [keyring.keys(), Object.fromEntries(vault.stored)];
  /** Nothing of it stays, neither now nor when the database is back. */
  const changesNothing = async (change: () => Promise<void>): Promise<void> => {
    const before = standing();
    await change();
    assert.deepEqual(standing(), before);
    await away.back();
    assert.deepEqual(standing(), before);
  };
  const importOf = (adds: number): ImportPlan => {
    const [existing] = keyring.keys();
    assert.ok(existing);
    const planned = (text: string) => {
      const secret = new Secret(text);
      return { provider: 'groq', secret, fingerprint: keyring.fingerprintOf(secret, 'groq') };
    };
    return {
      add: Array.from({ length: adds }, (_, place) => planned(`new-${place}`)),
      change: [{ existing, planned: planned(groqText('x')), newSecret: true }],
      same: [],
    };
  };

  it('stores no secret of a key that could not be added', async () => {
    await away.leave();
    await changesNothing(async () => {
      const added = await keyring.add({ provider: 'groq', text: groqText('d') });
      assert.ok(added.kind === 'failed');
      isRefused({ ok: false, problem: added.problem });
    });
  });

  it('puts the secret back that a key could not give up', async () => {
    await away.leave();
    await changesNothing(async () => {
      const prepared = keyring.prepareChange('groq/1', groqText('d'));
      assert.ok(prepared.ok);
      isRefused(await keyring.changeSecret(prepared));
    });
  });

  it('deletes no secret of a key that could not be removed', async () => {
    await away.leave();
    await changesNothing(async () => isRefused(await keyring.remove(['groq/1'])));
  });

  it('leaves order, properties and pools as they are', async () => {
    await keyring.setPool(['groq/1', 'groq/2'], 'p');
    await away.leave();
    await changesNothing(async () => {
      isRefused(await keyring.update('groq/1', { label: 'mine' }));
      isRefused(await keyring.move(['groq/2'], 'up'));
      isRefused(await keyring.setPool(['groq/1', 'groq/3'], 'q', ['groq/2']));
    });
  });

  it('imports nothing', async () => {
    await away.leave();
    await changesNothing(async () => isRefused(await keyring.applyPlan(importOf(3))));
  });

  it('imports nothing where the disk fills while it writes', async () => {
    await changesNothing(async () => {
      const plan = importOf(200);
      const db = away.window.connection()?.db;
      const pages = Number(db?.prepare('PRAGMA page_count').get()?.['page_count']);
      db?.exec(`PRAGMA max_page_count = ${pages + 20}`);
      isRefused(await keyring.applyPlan(plan));
    });
  });

  it('does it when it is tried again and the database is back', async () => {
    await away.leave();
    isRefused(await keyring.update('groq/1', { label: 'mine' }));
    away.allow();
    assert.ok((await keyring.update('groq/1', { label: 'mine' })).ok);
    assert.equal((await folder.window()).keyBook.all()[0]?.label, 'mine');
  });
});
