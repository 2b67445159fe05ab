import type { L10n } from '../ports.ts';

export type ChatErrorKind =
  | 'noMessages'
  | 'unknownProvider'
  | 'unknownModel'
  | 'contradiction'
  | 'badRequest'
  | 'tooLarge'
  | 'cancelled';

/**
 * Thrown to the caller of `chat` when the request itself cannot be served as it is. Providers that
 * fail are no error: the caller gets a degraded answer. The message is for people.
 */
export class ChatError extends Error {
  readonly kind: ChatErrorKind;

  constructor(kind: ChatErrorKind, message: string) {
    super(message);
    this.name = 'ChatError';
    this.kind = kind;
  }
}

export const cancelled = (l10n: L10n): ChatError => new ChatError('cancelled', l10n.t('The request was cancelled.'));
