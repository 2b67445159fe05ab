import { strict as assert } from 'node:assert';
import { parse } from 'dotenv';
import { describe, it } from 'mocha';
import { encodeBase64Url } from '../../../src/core/keys/base64Url.ts';
import { planEnvImport, type EnvPlan } from '../../../src/core/keys/envPlan.ts';
import { envVariableReader } from '../../../src/core/keys/envVariable.ts';
import { encryptFernet, fernetKey } from '../../../src/core/keys/fernet.ts';
import { describeLegacyProblem, openLegacySecrets, type OpenedLegacy } from '../../../src/core/keys/legacySecrets.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { groqText } from './keyringFixture.ts';

const keyText = encodeBase64Url(Uint8Array.from({ length: 32 }, (_, index) => index));
const meaningOf = envVariableReader(catalog);

describe('Secrets file of the older system', () => {
  it('says of each problem what it is, in words of its own', () => {
    const kinds = ['badKey', 'wrongKeyOrChanged', 'notReadable'] as const;
    const words = kinds.map((kind) => describeLegacyProblem(plainL10n, { kind }));
    assert.equal(new Set(words).size, kinds.length);
    assert.match(words[1] ?? '', /Nothing was changed/);
  });

  it('reads a JSON object of names and values', () => {
    const names = { GROQ_API_KEY_1: groqText(), GROQ_KEY_1_PRIORITY: 2, DEBUG: true, OTHER: 'x' };
    const plan = planned(open(JSON.stringify(names)));
    assert.deepEqual(
      plan.add.map(({ provider, number, priority, secret }) => [provider, number, priority, secret.reveal()]),
      [['groq', 1, 2, groqText()]],
    );
    assert.equal(plan.unknownVariables, 1);
  });

  it('reads .env text', () => {
    const plan = planned(open(`GEMINI_API_KEY_2=abc\nnonsense\n`));
    assert.deepEqual(
      plan.add.map(({ provider, number }) => [provider, number]),
      [['gemini', 2]],
    );
    assert.deepEqual(plan.problems, [{ line: 2, kind: 'noEquals' }]);
  });

  it('says which of key, file and content is wrong', () => {
    assert.deepEqual(open('{}', 'short'), { ok: false, problem: { kind: 'badKey' } });
    const otherKey = encodeBase64Url(new Uint8Array(32));
    assert.deepEqual(open('{}', otherKey), { ok: false, problem: { kind: 'wrongKeyOrChanged' } });
    assert.deepEqual(open('{"a":'), { ok: false, problem: { kind: 'notReadable' } });
    assert.deepEqual(open('{}'), { ok: false, problem: { kind: 'notReadable' } });
  });
});

function open(plain: string, withKey = keyText): OpenedLegacy {
  const key = fernetKey(keyText);
  assert.ok(key);
  const token = encryptFernet(key, new TextEncoder().encode(plain), 0, new Uint8Array(16));
  return openLegacySecrets(`${token}\n`, new Secret(withKey), parse, (name) => meaningOf(name) !== undefined);
}

function planned(opened: OpenedLegacy): EnvPlan {
  assert.ok(opened.ok);
  const { reading } = opened;
  return planEnvImport({ reading, existing: [], fingerprintOf: (secret) => secret.reveal(), providers: catalog });
}
