import * as vscode from 'vscode';

import { accountOf, type ApiKey } from '../../core/keys/apiKey.ts';
import { readConcurrent, readLimit } from '../../core/keys/keyFields.ts';
import type { Clock } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { defaultLimit } from '../../core/quota/defaultLimit.ts';
import type { Ledger } from '../../core/quota/ledger.ts';
import { limitShapes, type LimitName } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';
import { concurrentDefaultWords, limitDefaultWords } from './limitDefaultWords.ts';
import type { FieldAsk, Next, Property } from './pickProperty.ts';

export type LimitRowsPorts = {
  readonly ledger: Pick<Ledger, 'learned' | 'learnedAtMs' | 'learnedConcurrency'>;
  readonly providers: () => readonly Provider[];
  readonly clock: Clock;
};

type AskNumber = (key: ApiKey, ask: FieldAsk<number | undefined>) => Promise<Next>;

/** The limits of a key in the list of Edit Key, and below them those of its pool. */
export class LimitRows {
  readonly #ports: LimitRowsPorts;
  readonly #ask: AskNumber;

  constructor(ports: LimitRowsPorts, ask: AskNumber) {
    this.#ports = ports;
    this.#ask = ask;
  }

  of(key: ApiKey): readonly Property[] {
    return [
      separator(vscode.l10n.t('Limits of this key')),
      ...limitShapes.map(({ name }) => this.#limit(key, name)),
      {
        label: vscode.l10n.t('$(split-horizontal) Requests at once'),
        description: key.maxConcurrent === undefined ? this.#atOnceWords(key) : String(key.maxConcurrent),
        edit: (current) => this.#editConcurrent(current),
      },
      ...(key.pool === undefined ? [] : this.#ofPool(key, key.pool)),
    ];
  }

  #ofPool(key: ApiKey, pool: string): readonly Property[] {
    return [
      separator(vscode.l10n.t('Limits of pool {0}', plainText(pool))),
      ...limitShapes.map(({ name }) => this.#poolLimit(key, name)),
    ];
  }

  #limit(key: ApiKey, name: LimitName): Property {
    const own = key.limits[name];
    const words = this.#insteadWords(key, name);
    return {
      label: `$(dashboard) ${limitWords(vscode.l10n, name)}`,
      description: own === undefined ? words : ownLimitWords(key, amount(own), words),
      edit: (current) => this.#editLimit(current, name),
    };
  }

  /** Its label says by itself whose it is: a search of the list leaves the separators out. */
  #poolLimit(key: ApiKey, name: LimitName): Property {
    const own = key.poolLimits?.[name];
    const words = this.#defaultWords(key, name);
    return {
      label: `$(layers) ${poolLimitWords(name)}`,
      description: own === undefined ? words : vscode.l10n.t('{0}, yours instead of: {1}', amount(own), words),
      edit: (current) => this.#editPoolLimit(current, name),
    };
  }

  #editLimit(key: ApiKey, name: LimitName): Promise<Next> {
    return this.#ask(key, {
      name: limitWords(vscode.l10n, name),
      prompt: vscode.l10n.t('Of all models together. Empty: {0}', this.#insteadWords(key, name)),
      value: String(key.limits[name] ?? ''),
      read: readLimit,
      edit: (value) => ({ limits: { [name]: value ?? null } }),
    });
  }

  async #editPoolLimit(key: ApiKey, name: LimitName): Promise<Next> {
    // Another window has taken it out of the pool meanwhile.
    if (key.pool === undefined) return 'back';
    return this.#ask(key, {
      name: poolLimitWords(name),
      prompt: vscode.l10n.t(
        'Of all keys of pool {0} and all models together. Empty: {1}',
        plainText(key.pool),
        this.#defaultWords(key, name),
      ),
      value: String(key.poolLimits?.[name] ?? ''),
      read: readLimit,
      edit: (value) => ({ poolLimits: { [name]: value ?? null } }),
    });
  }

  #editConcurrent(key: ApiKey): Promise<Next> {
    return this.#ask(key, {
      name: vscode.l10n.t('Requests at once'),
      prompt: vscode.l10n.t('How many requests may be under way with it at once. Empty: {0}', this.#atOnceWords(key)),
      value: String(key.maxConcurrent ?? ''),
      read: readConcurrent,
      edit: (value) => ({ maxConcurrent: value ?? null }),
    });
  }

  /** What holds where the key has no number of its own. */
  #insteadWords(key: ApiKey, name: LimitName): string {
    const ofPool = key.poolLimits?.[name];
    return ofPool === undefined
      ? this.#defaultWords(key, name)
      : vscode.l10n.t('{0}, yours for the whole pool', amount(ofPool));
  }

  /** What holds where the user gives no number. */
  #defaultWords(key: ApiKey, name: LimitName): string {
    const provider = this.#provider(key);
    if (provider === undefined) return vscode.l10n.t('not known');
    const limit = defaultLimit(key, provider, name, this.#ports.ledger);
    return limitDefaultWords(vscode.l10n, vscode.env.language, limit, provider, this.#ports.clock.now());
  }

  #atOnceWords(key: ApiKey): string {
    const learned = this.#ports.ledger.learnedConcurrency(accountOf(key));
    return concurrentDefaultWords(vscode.l10n, learned, this.#provider(key), this.#ports.clock.now());
  }

  #provider({ provider }: ApiKey): Provider | undefined {
    return this.#ports.providers().find(({ id }) => id === provider);
  }
}

const separator = (label: string): Property => ({ label, kind: vscode.QuickPickItemKind.Separator });

const amount = (value: number): string => value.toLocaleString(vscode.env.language);

const poolLimitWords = (name: LimitName): string => vscode.l10n.t('{0}, whole pool', limitWords(vscode.l10n, name));

const ownLimitWords = ({ pool }: ApiKey, own: string, instead: string): string =>
  pool === undefined
    ? vscode.l10n.t('{0}, yours instead of: {1}', own, instead)
    : vscode.l10n.t('{0}, yours for this key alone; its pool: {1}', own, instead);
