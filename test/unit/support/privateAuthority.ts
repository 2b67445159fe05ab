import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority that only the test knows, and a certificate of it. PEM. */
export type PrivateAuthority = { readonly ca: string; readonly cert: string; readonly key: string };

/** Made afresh by `openssl`, so that no private key lies in the repository. */
export function privateAuthority(host: string): PrivateAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'ai-keys-ca-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...curve,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=Test authority',
    );
    openssl('req', ...curve, '-keyout', 'host.key', '-out', 'host.csr', '-subj', `/CN=${host}`);
    writeFileSync(at('san'), `subjectAltName=DNS:${host},DNS:localhost,IP:127.0.0.1`);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', 'host.csr', ...ca, '-out', 'host.pem', '-days', '2', '-extfile', 'san');
    const read = (name: string): string => readFileSync(at(name), 'utf8');
    return { ca: read('ca.pem'), cert: read('host.pem'), key: read('host.key') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
