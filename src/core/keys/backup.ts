import { scrypt } from 'node:crypto';
import * as z from 'zod';
import { limitShapes, type Limits } from '../quota/limits.ts';
import type { Clock, L10n, Random } from '../ports.ts';
import type { ApiKey } from './apiKey.ts';
import { decodeBase64Url, encodeBase64Url } from './base64Url.ts';
import { decryptFernet, encryptFernet, fernetKey, type FernetKey } from './fernet.ts';
import type { FoundKey } from './importPlan.ts';
import { largestConcurrent, largestLimit, largestPriority, longestLabel } from './keyFields.ts';
import type { Secret } from './secret.ts';
import { cleanSecretText } from './secretText.ts';

const backupFormat = 'ai-keys-backup';
const backupVersion = 1;

/** 32 MB and about a third of a second: a guess at the passphrase costs as much. */
const kdf = { name: 'scrypt', N: 2 ** 15, r: 8, p: 3 } as const;
/** What a file may ask of this machine: 256 MB. */
const largestKdfBytes = 2 ** 28;

const file = z.object({
  format: z.literal(backupFormat),
  version: z.literal(backupVersion),
  kdf: z.object({
    name: z.literal('scrypt'),
    N: z
      .number()
      .int()
      .min(2)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.number().int().min(1).max(64),
    p: z.number().int().min(1).max(16),
    salt: z.string().max(1_000),
  }),
  token: z.string(),
});

const header = z.object({ format: z.literal(backupFormat), version: z.number() });

const limit = z.number().int().min(1).max(largestLimit).optional();
const limits = z.partialRecord(z.enum(limitShapes.map(({ name }) => name)), limit);
const contents = z.object({
  keys: z.array(
    z.object({
      provider: z.string().min(1).max(200),
      number: z.number().int().min(1),
      label: z.string().max(longestLabel),
      priority: z.number().int().min(1).max(largestPriority),
      limits,
      maxConcurrent: z.number().int().min(1).max(largestConcurrent).optional(),
      pool: z.string().max(longestLabel).optional(),
      poolLimits: limits.optional(),
      enabled: z.boolean(),
      origins: z.array(z.string().max(500)).max(100),
      secret: z.string(),
    }),
  ),
});

type BackedUpKey = z.infer<typeof contents>['keys'][number];

export type BackupKey = { readonly key: ApiKey; readonly secret: Secret };

/** The text of a backup file. Its keys are readable with the passphrase alone. */
export async function createBackup(
  keys: readonly BackupKey[],
  passphrase: Secret,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<string> {
  const salt = random.bytes(16);
  const plain = new TextEncoder().encode(JSON.stringify({ keys: keys.map(backedUp) }));
  const token = encryptFernet(await derivedKey(passphrase, salt, kdf), plain, clock.now(), random.bytes(16));
  const { name, N, r, p } = kdf;
  const kept = {
    format: backupFormat,
    version: backupVersion,
    kdf: { name, N, r, p, salt: encodeBase64Url(salt) },
    token,
  };
  return `${JSON.stringify(kept, undefined, 2)}\n`;
}

export type BackupProblem =
  | { readonly kind: 'notABackup' | 'truncated' | 'tooDemanding' }
  /** Which of the two cannot be told apart. */
  | { readonly kind: 'wrongPassphraseOrChanged' }
  | { readonly kind: 'newerVersion'; readonly version: number };

export type OpenedBackup =
  | { readonly ok: true; readonly found: readonly FoundKey[] }
  | { readonly ok: false; readonly problem: BackupProblem };

/** A backup that can be opened, given its passphrase. */
export type SealedBackup = { readonly kdf: KdfCost; readonly salt: Uint8Array; readonly token: string };

export type BackupReading =
  | { readonly ok: true; readonly sealed: SealedBackup }
  | { readonly ok: false; readonly problem: BackupProblem };

/** What can be said of a file before its passphrase is asked for. */
export function readBackup(text: string): BackupReading {
  const json = readJson(text.replace(/^\uFEFF/, ''));
  if (json === undefined) return refused({ kind: text.includes(backupFormat) ? 'truncated' : 'notABackup' });
  const version = header.safeParse(json).data?.version;
  if (version === undefined) return refused({ kind: 'notABackup' });
  if (version > backupVersion) return refused({ kind: 'newerVersion', version });
  const parsed = file.safeParse(json).data;
  const salt = parsed === undefined ? undefined : decodeBase64Url(parsed.kdf.salt);
  if (parsed === undefined || salt === undefined) return refused({ kind: 'wrongPassphraseOrChanged' });
  if (128 * parsed.kdf.N * parsed.kdf.r > largestKdfBytes) return refused({ kind: 'tooDemanding' });
  return { ok: true, sealed: { kdf: parsed.kdf, salt, token: parsed.token } };
}

/** What a backup holds, ready for `planImport`. */
export async function openBackup({ kdf: cost, salt, token }: SealedBackup, passphrase: Secret): Promise<OpenedBackup> {
  const opened = decryptFernet(await derivedKey(passphrase, salt, cost), token);
  const inside = opened.ok ? contents.safeParse(readJson(new TextDecoder().decode(opened.plain))).data : undefined;
  const found = inside?.keys.flatMap((key) => restored(key) ?? []);
  return found === undefined ? refused({ kind: 'wrongPassphraseOrChanged' }) : { ok: true, found };
}

export function describeBackupProblem(l10n: L10n, problem: BackupProblem): string {
  switch (problem.kind) {
    case 'notABackup':
      return l10n.t('This file is not a backup of AI Keys.');
    case 'truncated':
      return l10n.t('This backup is not complete: its end is missing or it was altered.');
    case 'tooDemanding':
      return l10n.t('This backup asks for more memory than any backup of AI Keys needs.');
    case 'wrongPassphraseOrChanged':
      return l10n.t('The passphrase is wrong, or the backup was altered. Nothing was changed.');
    case 'newerVersion':
      return l10n.t(
        'This backup is of version {0}, which a newer AI Keys made. Update the extension.',
        problem.version,
      );
  }
}

const refused = (problem: BackupProblem): { readonly ok: false; readonly problem: BackupProblem } => ({
  ok: false,
  problem,
});

type KdfCost = { readonly N: number; readonly r: number; readonly p: number };

/** The same passphrase typed on another system may be other code points: NFKC makes them one. */
async function derivedKey(passphrase: Secret, salt: Uint8Array, { N, r, p }: KdfCost): Promise<FernetKey> {
  const options = { N, r, p, maxmem: 2 * largestKdfBytes };
  // Not the synchronous one: it would hold up the whole extension host.
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    scrypt(passphrase.reveal().normalize('NFKC'), salt, 32, options, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
  const key = fernetKey(bytes);
  if (key === undefined) throw new Error('scrypt gave a key of another length');
  return key;
}

const backedUp = ({ key, secret }: BackupKey): BackedUpKey => ({
  provider: key.provider,
  number: key.number,
  label: key.label,
  priority: key.priority,
  limits: key.limits,
  enabled: key.enabled,
  origins: [...key.origins],
  secret: secret.reveal(),
  ...(key.maxConcurrent === undefined ? {} : { maxConcurrent: key.maxConcurrent }),
  ...(key.pool === undefined ? {} : { pool: key.pool }),
  ...(key.poolLimits === undefined ? {} : { poolLimits: key.poolLimits }),
});

function restored({ secret, maxConcurrent, pool, poolLimits, ...rest }: BackedUpKey): FoundKey | undefined {
  const cleaned = cleanSecretText(secret);
  if (!cleaned.ok) return undefined;
  return {
    ...rest,
    secret: cleaned.secret,
    limits: known(rest.limits),
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(pool === undefined ? {} : { pool }),
    ...(poolLimits === undefined ? {} : { poolLimits: known(poolLimits) }),
  };
}

const known = (read: BackedUpKey['limits']): Limits =>
  Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
