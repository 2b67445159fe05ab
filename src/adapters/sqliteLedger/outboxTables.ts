/**
 * The outbox's part of the schema. `alert` is JSON; no column holds a secret. `at_ms` of a delivery: when it
 * is due, its lease ends, or it was sent or given up. `set_ms`: when a wait, a lease or a cause was set.
 */
export const outboxTables = `
  CREATE TABLE alerts (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, alert TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX alerts_by_time ON alerts (at_ms);

  CREATE TABLE deliveries (
    alert TEXT NOT NULL, channel TEXT NOT NULL, batch TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
    at_ms INTEGER NOT NULL, set_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
    failed_tries INTEGER NOT NULL, said TEXT NOT NULL, token TEXT NOT NULL,
    PRIMARY KEY (alert, channel)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_open ON deliveries (channel, at_ms) WHERE state IN ('waiting', 'sending');

  CREATE TABLE causes (
    name TEXT PRIMARY KEY, set_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, alert TEXT NOT NULL
  ) WITHOUT ROWID;
`;
