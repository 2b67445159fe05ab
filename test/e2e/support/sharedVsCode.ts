import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VsCode } from '../../harness/workbench/vsCode.ts';
import { selfSignedCertificate } from '../../simulator/selfSignedCertificate.ts';

/** What every extension host of these tests trusts besides: for a simulated mail server, whose certificate is its own. */
export const trustedCertificate = selfSignedCertificate();

let folder: string | undefined;
let shared: Promise<VsCode> | undefined;

/** For an extension host that trusts it. */
export function trustingEnv(): NodeJS.ProcessEnv {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'ai-keys-trust-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    writeFileSync(join(made, 'trusted.pem'), trustedCertificate.cert);
    folder = made;
  }
  return { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem') };
}

/** The one VS Code of this process, started for its first test. */
export function sharedVsCode(): Promise<VsCode> {
  shared ??= VsCode.start({ env: trustingEnv() });
  return shared;
}

/** After a failure nobody knows what state it is in: the next test starts another one. */
export async function endSharedVsCode(): Promise<void> {
  const ended = shared;
  shared = undefined;
  await (await ended)?.stop();
}
