import type { Cancel } from '../ports.ts';
import type { Secret } from './secret.ts';

export type ChannelSecretName = 'telegramBotToken' | 'smtpPassword';

/** Secrets of the alert channels; they live beside the keys' secrets, under names of their own. */
export interface ChannelSecrets {
  get(name: ChannelSecretName): Promise<Secret | undefined>;
  store(name: ChannelSecretName, secret: Secret): Promise<void>;
  delete(name: ChannelSecretName): Promise<void>;
  onDidChange(listener: (name: ChannelSecretName) => void): Cancel;
}
