import { createHash } from 'node:crypto';
import type { Message } from '../providers/message.ts';
import type { ChatRequest } from './chat.ts';

/** Names these messages, in this order. */
export const messagesHash = (messages: readonly Message[]): string =>
  createHash('sha256').update(JSON.stringify(messages)).digest('base64url');

/** The same question has the same name: messages, model constraint, temperature, tools, cap (spec section 4). */
export function requestHash(
  { model, provider, temperature, tools, maxTokens }: ChatRequest,
  hashOfMessages: string,
): string {
  const rest = JSON.stringify([model, provider, temperature, maxTokens, tools]);
  return `${hashOfMessages} ${rest}`;
}
