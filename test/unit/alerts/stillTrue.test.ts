import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import type { Alert } from '../../../src/core/alerts/alert.ts';
import { isStillTrue } from '../../../src/core/alerts/stillTrue.ts';
import { afterGoodCheck, afterRefusal } from '../../../src/core/health/healthRules.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { keyStatus } from '../support/keyStatuses.ts';

const key: ApiKey = keyStatus({ key: { fingerprint: 'fp' } }).key;

describe('an alert is shown while it is so', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let keys: ApiKey[];

  beforeEach(() => {
    clock = new FakeClock();
    ledger = new MemoryLedger({ clock });
    keys = [key];
  });

  const isShown = (alert: Alert): boolean => isStillTrue({ keys: () => keys, ledger }, alert, clock.now());
  const ofKey = (event: 'keyRefused' | 'noCredit'): Alert => ({
    ...{ id: 'a', atMs: clock.now(), level: 'error', event, sentence: '' },
    ...{ key: 'groq/1', keyName: 'Groq Key 1', fingerprint: key.fingerprint },
  });

  it('a refusal: until the key is found good by a check, though it has not answered a chat', async () => {
    await ledger.changeHealth('fp', (health) => afterRefusal(health, clock.now()));
    assert.equal(isShown(ofKey('keyRefused')), true);
    await ledger.changeHealth('fp', (health) => afterGoodCheck(health, clock.now()));
    assert.equal(isShown(ofKey('keyRefused')), false);
  });

  it('out of credit: until the block of the account is taken away', async () => {
    await ledger.block(accountOf(key), { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    assert.equal(isShown(ofKey('noCredit')), true);
    await ledger.unblock(accountOf(key));
    assert.equal(isShown(ofKey('noCredit')), false);
  });

  it('nothing of a key that was disabled, removed, or has another secret', async () => {
    await ledger.changeHealth('fp', (health) => afterRefusal(health, clock.now()));
    for (const after of [[{ ...key, enabled: false }], [], [{ ...key, fingerprint: 'other' }]]) {
      keys = after;
      assert.equal(isShown(ofKey('keyRefused')), false);
    }
  });

  it('a replaced model: for a day', async () => {
    const atMs = clock.now();
    const news: Alert = { id: 'm', atMs, level: 'info', event: 'modelReplaced', providerName: 'Groq', model: 'm1' };
    clock.setWall(atMs + 86_399_999);
    assert.equal(isShown(news), true);
    clock.setWall(atMs + 86_400_000);
    assert.equal(isShown(news), false);
  });
});
