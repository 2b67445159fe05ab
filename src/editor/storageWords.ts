import type { ApiKey } from '../core/keys/apiKey.ts';
import type { L10n } from '../core/ports.ts';

export type SecretsScene = {
  /** Keys whose secret this window cannot read. */
  readonly missing: readonly Pick<ApiKey, 'addedAtMs'>[];
  /** What people call them, in the same order. */
  readonly names: readonly string[];
  /** Seen in this session: what the last one stored was gone. */
  readonly keepsNothing: boolean;
  /** VS Code in a browser: each window has its own copy of all secrets. */
  readonly isWeb: boolean;
  readonly windowStartMs: number;
};

export type SecretsAction = 'enterAgain' | 'reload' | 'aboutKeyrings';

export type SecretsNotice = { readonly text: string; readonly actions: readonly SecretsAction[] };

/** Secrets that may be there: the storage did not answer. */
export function unreadableNotice(l10n: L10n, names: readonly string[]): SecretsNotice {
  const who = nameList(l10n, names);
  const text = l10n.t(
    'VS Code’s secret storage did not answer for {0}. Unlock the system’s keyring, then reload the window.',
    who,
  );
  return { text, actions: ['reload', 'aboutKeyrings'] };
}

/** What became of the secrets, and what to do; undefined: all is well. */
export function secretsNotice(l10n: L10n, scene: SecretsScene): SecretsNotice | undefined {
  const { missing, names, keepsNothing, isWeb, windowStartMs } = scene;
  const untilClosed = l10n.t(
    'VS Code has no keyring here that outlives it: keys are kept only until this window closes.',
  );
  if (missing.length === 0) return keepsNothing ? { text: untilClosed, actions: ['aboutKeyrings'] } : undefined;
  const who = nameList(l10n, names);
  if (isWeb && missing.every(({ addedAtMs }) => addedAtMs >= windowStartMs)) {
    const text = l10n.t('Another window stored {0}; in a browser this one sees that after a reload.', who);
    return { text, actions: ['reload', 'enterAgain'] };
  }
  const [lost, again] =
    missing.length === 1
      ? [
          l10n.t('The system no longer has the secret of {0}.', who),
          l10n.t('Enter it again: label, limits and usage are still there.'),
        ]
      : [
          l10n.t('The system no longer has the secrets of {0}.', who),
          l10n.t('Enter them again: labels, limits and usage are still there.'),
        ];
  if (keepsNothing) return { text: `${lost} ${untilClosed}`, actions: ['enterAgain', 'aboutKeyrings'] };
  return { text: `${lost} ${again}`, actions: isWeb ? ['enterAgain', 'reload'] : ['enterAgain'] };
}

const maxNames = 3;

function nameList(l10n: L10n, names: readonly string[]): string {
  const shown = names.slice(0, maxNames).join(', ');
  const more = names.length - maxNames;
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}
