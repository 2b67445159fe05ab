import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type Certificate = { readonly key: string; readonly cert: string };

type Der = Buffer;

function der(tag: number, ...parts: readonly Der[]): Der {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const size = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

const sequence = (...parts: readonly Der[]): Der => der(0x30, ...parts);
const oid = (hex: string): Der => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (ms: number): Der =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));

const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05));
const commonName = (name: string): Der => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));

/** Made anew for each run: a key in the repository would be a secret in it. */
export function selfSignedCertificate(host = 'localhost'): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const body = toBeSigned(host, publicKey, Date.now());
  const signature = createSign('sha256').update(body).sign(privateKey);
  const certificate = sequence(body, sha256WithRsa, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function toBeSigned(host: string, publicKey: KeyObject, nowMs: number): Der {
  const dayMs = 86_400_000;
  // Also good for the loopback address, whatever name the client asked for.
  const names = sequence(der(0x82, Buffer.from(host)), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(oid('551d11'), der(0x04, names)),
    sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff]))))),
  );
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    commonName(host),
    sequence(utcTime(nowMs - dayMs), utcTime(nowMs + dayMs)),
    commonName(host),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
}
