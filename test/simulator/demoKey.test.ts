import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Behaviour, behaviours, has, vendorIds } from './behaviours.ts';
import { demoKey, readKey } from './demoKey.ts';

const names = Object.keys(behaviours).filter((name): name is Behaviour => name in behaviours);

describe('demo keys', () => {
  it('say what they are for, whichever vendor and number', () => {
    for (const vendor of vendorIds) {
      for (const behaviour of names.filter((name) => has(vendor, name))) {
        for (const number of [1, 42])
          assert.deepEqual(readKey(demoKey(vendor, behaviour, number)), { behaviour, number });
      }
    }
  });

  it('have the vendor’s own shape', () => {
    assert.match(demoKey('groq', 'good'), /^gsk_[A-Za-z0-9]{52}$/);
    assert.match(demoKey('gemini', 'good'), /^AQ\.Ab[\w-]{48}$/);
    assert.match(demoKey('gemini', 'oldKey'), /^AIzaSy[\w-]{33}$/);
    assert.match(demoKey('mistral', 'resetAfterHeaders', 99), /^[A-Za-z0-9]{32}$/);
    assert.match(demoKey('huggingface', 'good'), /^hf_[A-Za-z0-9]{34}$/);
  });

  it('are none that a vendor does not have', () => {
    assert.throws(() => demoKey('groq', 'monthUsed'), /groq has no behaviour monthUsed/);
    assert.equal(readKey('gsk_whatever'), undefined);
  });
});
