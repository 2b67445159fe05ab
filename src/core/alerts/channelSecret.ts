import type { ChannelSecretName, ChannelSecrets } from '../keys/channelSecrets.ts';
import type { Secret } from '../keys/secret.ts';
import type { Clock, L10n } from '../ports.ts';
import type { SendResult } from './channel.ts';

/** A locked keyring may wait for its user, who may not be there. */
const longestReadMs = 10_000;

export type SecretRead =
  | { readonly ok: true; readonly secret: Secret | undefined }
  | Extract<SendResult, { readonly kind: 'again' }>;

export type ChannelSecretPorts = {
  readonly secrets: Pick<ChannelSecrets, 'get'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly l10n: L10n;
};

/** Never rejects: a read that failed, or took longer than 10 s, is worth another try. */
export async function readChannelSecret(
  { secrets, clock, l10n }: ChannelSecretPorts,
  name: ChannelSecretName,
): Promise<SecretRead> {
  const failed: SecretRead = { ok: false, kind: 'again', said: l10n.t('the secret storage did not answer') };
  return new Promise((resolve) => {
    const cancel = clock.after(longestReadMs, () => resolve(failed));
    secrets
      .get(name)
      .then((secret) => resolve({ ok: true, secret }))
      .catch(() => resolve(failed))
      .finally(cancel);
  });
}
