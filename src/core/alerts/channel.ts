import type { Alert, OutboxChannel } from './alert.ts';

export type OutgoingMessage = {
  /** One line; Telegram and toasts do without it. */
  readonly subject: string;
  /** Plain text; escaping is the channel's matter. */
  readonly text: string;
};

export type Outgoing = {
  readonly alerts: readonly Alert[];
  readonly message: OutgoingMessage;
};

/** Sentences are for people: the far end's own words, secrets masked, one line. */
export type SendResult =
  | { readonly ok: true; readonly said: string }
  /** Worth another try, not before `retryAfterMs` where the far end named one. */
  | { readonly ok: false; readonly kind: 'again'; readonly said: string; readonly retryAfterMs?: number }
  /** Another try would end the same way. */
  | { readonly ok: false; readonly kind: 'refused'; readonly said: string }
  /** So would any other message, until the settings change. */
  | { readonly ok: false; readonly kind: 'stopped'; readonly said: string }
  | { readonly ok: false; readonly kind: 'notSetUp'; readonly said: string };

export interface Channel {
  readonly id: OutboxChannel;
  /** False while another window should rather deliver (a toast belongs where the user looks). */
  wants(): boolean;
  /** What a channel that was begun to be set up lacks, in words; undefined: nothing, or nobody asked for it. */
  missing(): string | undefined;
  /** Never throws, and ends within a minute. */
  send(outgoing: Outgoing): Promise<SendResult>;
}
