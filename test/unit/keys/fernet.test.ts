import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { decodeBase64Url, encodeBase64Url } from '../../../src/core/keys/base64Url.ts';
import { decryptFernet, encryptFernet, fernetKey, type FernetKey } from '../../../src/core/keys/fernet.ts';

// The vectors of the public Fernet specification (generate.json, verify.json, invalid.json).
const secret = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const hello = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const madeAtMs = Date.parse('1985-10-26T01:20:00-07:00');
const now = '1985-10-26T01:20:01-07:00';

const invalid: readonly (readonly [desc: string, token: string, now: string, problem: string])[] = [
  [
    'incorrect mac',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
    now,
    'badMac',
  ],
  ['too short', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==', now, 'tooShort'],
  [
    'invalid base64',
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    now,
    'badBase64',
  ],
  [
    'payload size not multiple of block size',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
    now,
    'badLength',
  ],
  [
    'payload padding error',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
    now,
    'badPadding',
  ],
  [
    'far-future TS (unacceptable clock skew)',
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
    now,
    'fromTheFuture',
  ],
  [
    'expired TTL',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    '1985-10-26T01:21:31-07:00',
    'expired',
  ],
  [
    'incorrect IV (causes padding error)',
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
    now,
    'badPadding',
  ],
  ['trailing characters after b64 padding', `${hello}trailingdata`, now, 'badBase64'],
  [
    'invalid characters in b64',
    '*gAAAAAAdwJ6wAAECAwQFBgcI!CQoLDA0ODy021?cpGVWKZ_eEwC@GM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
    now,
    'badBase64',
  ],
  [
    'invalid non-urlsafe characters in b64',
    'gAAAAAAdwJ6wAAEC/AwQFBgcICQoLDA0ODy+021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
    now,
    'badBase64',
  ],
];

describe('Fernet', () => {
  it('writes the token of the specification', () => {
    const iv = Uint8Array.from({ length: 16 }, (_, index) => index);
    assert.equal(encryptFernet(key(), new TextEncoder().encode('hello'), madeAtMs, iv), hello);
  });

  it('reads the token of the specification', () => {
    const opened = decryptFernet(key(), hello, { ttlSeconds: 60, nowMs: Date.parse(now) });
    assert.ok(opened.ok);
    assert.equal(new TextDecoder().decode(opened.plain), 'hello');
  });

  for (const [desc, token, at, problem] of invalid) {
    it(`refuses a token with: ${desc}`, () => {
      const opened = decryptFernet(key(), token, { ttlSeconds: 60, nowMs: Date.parse(at) });
      assert.deepEqual(opened, { ok: false, problem });
    });
  }

  it('never expires without a time to live', () => {
    assert.ok(decryptFernet(key(), hello).ok);
  });

  it('refuses another version, whatever follows', () => {
    const bytes = decodeBase64Url(hello) ?? new Uint8Array();
    bytes[0] = 0x81;
    assert.deepEqual(decryptFernet(key(), encodeBase64Url(bytes)), { ok: false, problem: 'badVersion' });
  });

  it('takes 32 bytes for a key and nothing else', () => {
    assert.equal(fernetKey('c2hvcnQ='), undefined);
    assert.equal(fernetKey(`${secret}=`), undefined);
    assert.equal(fernetKey(new Uint8Array(33)), undefined);
  });
});

describe('base64url', () => {
  it('writes and reads bytes of every length as Node does', () => {
    for (let length = 0; length < 40; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length * 11) & 255);
      const text = encodeBase64Url(bytes);
      assert.equal(text.replace(/=+$/, ''), Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(decodeBase64Url(text), bytes);
    }
  });

  it('refuses a second way to write the same bytes', () => {
    assert.deepEqual(decodeBase64Url('AA=='), Uint8Array.of(0));
    assert.equal(decodeBase64Url('AB=='), undefined);
    assert.equal(decodeBase64Url('AA'), undefined);
  });
});

function key(): FernetKey {
  const made = fernetKey(secret);
  assert.ok(made);
  return made;
}
