import { createHash } from 'node:crypto';
import type { Message } from '../providers/message.ts';
import type { ChatRequest } from './chat.ts';

/** Shorter texts are their own name: that is quicker than to hash them, and no longer than a few hashes. */
const longText = 512;

/** Names these messages, in this order. */
export function messagesHash(messages: readonly Message[]): string {
  const text = JSON.stringify(messages);
  return text.length < longText ? text : createHash('sha256').update(text).digest('base64url');
}

/** The same question has the same name: messages, model constraint, temperature, tools, cap (spec section 4). */
export function requestHash(
  { model, provider, temperature, tools, maxTokens }: ChatRequest,
  hashOfMessages: string,
): string {
  const ofTools = tools === undefined ? '' : JSON.stringify(tools);
  return `${model ?? ''} ${provider ?? ''} ${temperature ?? ''} ${maxTokens ?? ''} ${ofTools} ${hashOfMessages}`;
}
