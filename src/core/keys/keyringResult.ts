import type { Provider } from '../providers/provider.ts';
import type { Limits } from '../quota/limits.ts';
import type { ApiKey } from './apiKey.ts';
import type { CheckResult } from './keyCheck.ts';
import type { KeyringProblem } from './keyringProblem.ts';
import type { Secret } from './secret.ts';
import type { ShapeHint } from './secretText.ts';

export type Failed = { readonly ok: false; readonly problem: KeyringProblem };

export const failed = (problem: KeyringProblem): Failed => ({ ok: false, problem });

export type Done = { readonly ok: true } | Failed;

/** A secret that may be added: cleaned, and not yet one of the keys. Nothing is stored of it. */
export type PreparedKey = {
  readonly ok: true;
  readonly provider: Provider;
  readonly secret: Secret;
  readonly fingerprint: string;
  readonly hint: ShapeHint;
};

/** A new secret for a key that is there. Nothing is stored of it. */
export type PreparedSecret = PreparedKey & { readonly existing: ApiKey };

export type KeyDefaults = {
  readonly label?: string;
  readonly priority?: number;
  readonly limits?: Limits;
  readonly pool?: string;
  /** What the check said, where one ran: it goes into the key's health. */
  readonly checked?: CheckResult;
};

export type AddAsk = Omit<KeyDefaults, 'checked'> & {
  readonly provider: string;
  readonly text: string;
  readonly signal?: AbortSignal;
};

export type AddResult =
  | { readonly kind: 'added'; readonly key: ApiKey; readonly checked: CheckResult; readonly hint: ShapeHint }
  /** Nothing is stored. `commit(prepared, { checked })` keeps it if the user insists. */
  | { readonly kind: 'refused'; readonly prepared: PreparedKey; readonly checked: CheckResult }
  | { readonly kind: 'failed'; readonly problem: KeyringProblem };

export type KeyChanged = { readonly ok: true; readonly key: ApiKey } | Failed;

export type KeysRemoved = { readonly ok: true; readonly removed: readonly ApiKey[] } | Failed;

export type KeyChecked =
  | {
      readonly ok: true;
      readonly key: ApiKey;
      readonly checked: CheckResult;
      /** Its credit was used up: it stands still until somebody says "try again" (`tryAgain`). */
      readonly canTryAgain: boolean;
    }
  | Failed;
