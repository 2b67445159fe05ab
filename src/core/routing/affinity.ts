import { LRUCache } from 'lru-cache';
import type { Message } from '../providers/message.ts';
import type { Candidate } from './candidate.ts';
import { conversationHash } from './requestHash.ts';

type Served = { readonly keyId: string; readonly model: string };

/** Which key served which conversation last: providers cache prompts by key. This window's memory. */
export class Affinity {
  readonly #served = new LRUCache<string, Served>({ max: 200 });

  remember(messages: readonly Message[], answer: string, { key, model }: Candidate): void {
    if (answer === '') return;
    this.#served.set(conversationHash([...messages, { role: 'assistant', content: answer }]), {
      keyId: key.id,
      model: model.id,
    });
  }

  /** Undefined for a first question, or a conversation that another window served. */
  find(messages: readonly Message[]): Served | undefined {
    const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
    return lastAnswer < 0 ? undefined : this.#served.get(conversationHash(messages.slice(0, lastAnswer + 1)));
  }
}
