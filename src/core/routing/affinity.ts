import { LRUCache } from 'lru-cache';
import type { Message } from '../providers/message.ts';
import type { Candidate } from './candidate.ts';
import { messagesHash } from './requestHash.ts';

type Served = { readonly keyId: string; readonly model: string };

/**
 * Which key served which conversation last: providers cache prompts by key. A conversation is told by
 * what was sent before its last answer, whatever the caller made of that answer. This window's memory.
 */
export class Affinity {
  readonly #served = new LRUCache<string, Served>({ max: 200 });

  remember(hashOfMessages: string, { key, model }: Candidate): void {
    this.#served.set(hashOfMessages, { keyId: key.id, model: model.id });
  }

  /** Undefined for a first question, or a conversation that another window served. */
  find(messages: readonly Message[]): Served | undefined {
    const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
    return lastAnswer < 1 ? undefined : this.#served.get(messagesHash(messages.slice(0, lastAnswer)));
  }
}
