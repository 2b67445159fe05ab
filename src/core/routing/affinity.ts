import type { Message } from '../providers/message.ts';
import type { Candidate } from './candidate.ts';
import { messagesHash } from './requestHash.ts';

const mostKept = 200;
/** Providers keep a prompt in their cache for about as long. */
const continuesMs = 10 * 60_000;

export type Served = { readonly keyId: string; readonly model: string };

/**
 * Which key served which conversation last: providers cache prompts by key. A conversation is told by
 * what was sent before its last answer, whatever the caller made of that answer. This window's memory.
 */
export class Affinity {
  readonly #served = new Map<string, Served & { readonly atMs: number }>();
  /** In the order they came, round and round. */
  readonly #names: string[] = [];
  #count = 0;

  /** `nowMs`: monotonic. */
  remember(hashOfMessages: string, { key, model }: Candidate, nowMs: number): void {
    if (!this.#served.has(hashOfMessages)) this.#makeRoomFor(hashOfMessages);
    this.#served.set(hashOfMessages, { keyId: key.id, model: model.id, atMs: nowMs });
  }

  /** Undefined for a first question, one after a long pause, or a conversation that another window served. */
  find(messages: readonly Message[], nowMs: number): Served | undefined {
    const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
    const served = lastAnswer < 1 ? undefined : this.#served.get(messagesHash(messages.slice(0, lastAnswer)));
    return served !== undefined && nowMs - served.atMs <= continuesMs ? served : undefined;
  }

  #makeRoomFor(hashOfMessages: string): void {
    const place = this.#count % mostKept;
    const oldest = this.#names[place];
    if (oldest !== undefined) this.#served.delete(oldest);
    this.#names[place] = hashOfMessages;
    this.#count += 1;
  }
}
