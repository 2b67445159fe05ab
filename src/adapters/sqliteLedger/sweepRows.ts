import { accountOf, type ApiKey } from '../../core/keys/apiKey.ts';
import { forever } from '../../core/quota/ledger.ts';
import { factsOfRows, text, type Connection } from './connection.ts';

const dayMs = 86_400_000;
/** Rows of windows that hold nothing: one that still lives writes its row again with its next sign of life. */
const windowsKept = 100;

/** Rows that mean nothing any more, or belong to a key that is gone. Throws what SQLite throws. */
export function sweepRows(connection: Connection, nowMs: number): void {
  for (const sweep of [dropEndedFacts, dropFactsOfGoneKeys, dropCausesOfGoneKeys, dropWindows]) {
    connection.transaction('BEGIN IMMEDIATE', () => sweep(connection, nowMs));
  }
}

/** The newest fact stays, by whose number windows know where they are. */
const notNewest = 'seq < (SELECT max(seq) FROM facts)';

/** A day after they meant anything. */
function dropEndedFacts(connection: Connection, nowMs: number): void {
  connection.sql(`DELETE FROM facts WHERE until_ms < ? AND ${notNewest}`).run(nowMs - dayMs);
}

/** A secret that comes back soon finds all that was known of it: as long as its attempts are kept. */
function dropFactsOfGoneKeys(connection: Connection): void {
  const keys = keysIn(connection);
  if (keys === undefined) return;
  const used = connection
    .sql('SELECT provider, fingerprint, account, model FROM subjects WHERE id IN (SELECT subject FROM attempts)')
    .all()
    .map((row) => ({ ...row, account: text(row, 'account'), fingerprint: text(row, 'fingerprint') }));
  const secrets = new Set([...keys, ...used].map(({ fingerprint }) => fingerprint));
  const accounts = new Set([...keys.map(accountOf), ...used.map(({ account }) => account)]);
  const providers = new Set([...keys.map(({ provider }) => provider), ...used.map((row) => text(row, 'provider'))]);
  const models = new Set(used.map((row) => `${text(row, 'provider')}\n${text(row, 'model')}`));
  const isGone: Partial<Record<string, (subject: string, scope: string) => boolean>> = {
    demotion: (provider) => !providers.has(provider),
    promptRatio: (provider, model) => !models.has(`${provider}\n${model}`),
  };
  for (const kind of ['health', 'accountName', 'drawsOn']) isGone[kind] = (secret) => !secrets.has(secret);
  const isGoneAccount = (account: string): boolean =>
    !accounts.has(account) && !secrets.has(account.replace(/^secret:/, '')) && !account.startsWith('provider:');
  for (const kind of ['block', 'learned', 'concurrency', 'outside', 'levels', 'modelOut']) isGone[kind] = isGoneAccount;
  const facts = connection.sql(`SELECT kind, subject, scope, name FROM facts WHERE ${notNewest}`).all();
  const drop = connection.sql('DELETE FROM facts WHERE kind = ? AND subject = ? AND scope = ? AND name = ?');
  for (const row of facts) {
    const [kind, subject, scope] = [text(row, 'kind'), text(row, 'subject'), text(row, 'scope')];
    if (isGone[kind]?.(subject, scope) === true) drop.run(kind, subject, scope, text(row, 'name'));
  }
}

/** What stands until its key answers stands no more when the key is gone. */
function dropCausesOfGoneKeys(connection: Connection): void {
  const keys = keysIn(connection);
  if (keys === undefined) return;
  const known = new Set(keys.map(({ fingerprint }) => fingerprint));
  for (const row of connection.sql('SELECT name FROM causes WHERE until_ms >= ?').all(forever)) {
    const name = text(row, 'name');
    const whose = fingerprintIn.exec(name)?.[0];
    if (whose !== undefined && !known.has(whose)) connection.sql('DELETE FROM causes WHERE name = ?').run(name);
  }
}

/** Of a cause, whose parts a colon divides: a provider and a secret's hash. */
const fingerprintIn = /(?<=:)[^:]+\/[0-9a-f]{32}(?=:|$)/;

/** Undefined where some cannot be read: then nobody knows what is gone. */
function keysIn(connection: Connection): readonly ApiKey[] | undefined {
  const rows = connection.sql("SELECT * FROM facts WHERE kind = 'key' AND value <> 'null'").all();
  const keys = factsOfRows(rows).flatMap(({ kind, value }) => (kind === 'key' && value !== null ? [value] : []));
  return keys.length === rows.length ? keys : undefined;
}

function dropWindows(connection: Connection): void {
  connection
    .sql(
      `DELETE FROM windows WHERE id <= (SELECT max(id) FROM windows) - ${windowsKept}
       AND id NOT IN (SELECT owner FROM reservations)`,
    )
    .run();
}
