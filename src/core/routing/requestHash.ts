import { createHash } from 'node:crypto';
import type { Message } from '../providers/message.ts';
import type { ChatRequest } from './chat.ts';

/** The same question has the same name: messages, model constraint, temperature, tools, cap (spec section 4). */
export function requestHash({ messages, model, provider, temperature, tools, maxTokens }: ChatRequest): string {
  return hashOf([messages, model ?? null, provider ?? null, temperature ?? null, tools ?? null, maxTokens ?? null]);
}

/** Names a conversation up to and including its last answer. */
export const conversationHash = (messages: readonly Message[]): string => hashOf(messages);

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
