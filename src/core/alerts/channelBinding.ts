import type { ChannelSecretName } from '../keys/channelSecrets.ts';

/**
 * Where a channel's secret was first used or confirmed for. A setting that points elsewhere, from a
 * synced machine say, does not carry the secret along until the user confirms it.
 */
export interface ChannelBinding {
  boundTo(secret: ChannelSecretName): string | undefined;
  bind(secret: ChannelSecretName, target: string): Promise<void>;
}

/** Undefined: the secret may go there. Otherwise where it may go. */
export async function heldFor(
  binding: ChannelBinding,
  secret: ChannelSecretName,
  target: string,
  isLocal: boolean,
): Promise<string | undefined> {
  if (isLocal) return undefined;
  const bound = binding.boundTo(secret);
  if (bound === undefined) await binding.bind(secret, target);
  return bound === undefined || bound === target ? undefined : bound;
}
