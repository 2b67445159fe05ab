import { isDeepStrictEqual } from 'node:util';
import { accountOf, ownAccountOf, type Account } from '../../../src/core/keys/apiKey.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { Credential } from './soakFleet.ts';
import { modelsOf } from './soakLimits.ts';
import type { SoakWindow } from './soakWindow.ts';
import { periodStarts } from './soakZones.ts';
import type { Amount, Tally } from './tally.ts';

const dayMs = 86_400_000;

/** Holds what the windows' ledgers count against what the providers let in. */
export class Counts {
  /** What did not agree, for people. */
  readonly wrong: string[] = [];
  /** Comparisons of one account, model and period in one window. */
  compared = 0;
  /** Keys that are removed for the moment. */
  removed = 0;
  readonly #credentials: readonly Credential[];
  readonly #tally: Tally;
  /** The pool of each secret, as it was last seen: a key that is removed leaves its use there. */
  readonly #pools = new Map<string, Account>();

  constructor(credentials: readonly Credential[], tally: Tally) {
    this.#credentials = credentials;
    this.#tally = tally;
  }

  /** While nothing is under way. Of the running periods in all zones and of those that ended within a day. */
  compare(windows: readonly SoakWindow[], nowMs: number, when: string): void {
    const sinces = new Set([...periodStarts(nowMs), ...periodStarts(nowMs - dayMs)]);
    for (const window of windows) {
      window.open.ledger.refresh();
      this.#compareKeys(window, windows[0], when);
      const secretsOf = this.#accounts(window);
      for (const [account, secrets] of secretsOf) {
        for (const sinceMs of sinces) this.#compareAccount(window, account, secrets, sinceMs, when);
      }
    }
  }

  /** All windows know the same keys: those that somebody added and nobody removed. */
  #compareKeys({ open, name }: SoakWindow, first: SoakWindow | undefined, when: string): void {
    const keys = open.keyBook.all();
    if (!isDeepStrictEqual(keys, first?.open.keyBook.all())) this.wrong.push(`${when}, ${name}: keys differ`);
    if (keys.length !== this.#credentials.length - this.removed)
      this.wrong.push(`${when}, ${name}: ${keys.length} keys`);
  }

  #compareAccount(
    { open, name }: SoakWindow,
    account: Account,
    secrets: readonly string[],
    sinceMs: number,
    when: string,
  ): void {
    const { provider } = this.#credentials.find(({ secret }) => secrets.includes(secret)) ?? {};
    if (provider === undefined) return;
    for (const model of [undefined, ...modelsOf[provider]]) {
      const truth = this.#tally.since(secrets, model, sinceMs);
      const { requests, tokens } = open.ledger.use(account, model ?? '*', sinceMs);
      this.compared += 1;
      if (requests === truth.requests && tokens === truth.tokens) continue;
      const since = new Date(sinceMs).toISOString();
      const what = `${secrets.join('+')} ${model ?? 'all models'} since ${since}`;
      this.wrong.push(`${when}, ${name}: ${what} is ${amount({ requests, tokens })}, not ${amount(truth)}`);
    }
  }

  /** Each secret by itself, and each pool. */
  #accounts({ keyring, open }: SoakWindow): ReadonlyMap<Account, readonly string[]> {
    const accounts = new Map<Account, string[]>();
    const keys = open.keyBook.all();
    for (const { secret, provider } of this.#credentials) {
      const fingerprint = keyring.fingerprintOf(new Secret(secret), provider);
      const own = ownAccountOf(fingerprint);
      const key = keys.find((each) => each.fingerprint === fingerprint);
      if (key !== undefined) this.#pools.set(secret, accountOf(key));
      const drawsOn = this.#pools.get(secret) ?? own;
      accounts.set(own, [secret]);
      if (drawsOn !== own) accounts.set(drawsOn, [...(accounts.get(drawsOn) ?? []), secret]);
    }
    return accounts;
  }
}

const amount = ({ requests, tokens }: Amount): string => `${requests} requests ${tokens} tokens`;
