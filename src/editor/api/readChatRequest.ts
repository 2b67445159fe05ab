import * as z from 'zod';
import type { L10n } from '../../core/ports.ts';
import type { ChatRequest } from '../../core/routing/chat.ts';
import { ChatError } from '../../core/routing/chatError.ts';

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), mimeType: z.string().min(1), data: z.string().min(1) }),
  z.object({
    type: z.literal('toolCall'),
    id: z.string(),
    name: z.string().min(1),
    arguments: z.string(),
    signature: z.string().exactOptional(),
  }),
  z.object({ type: z.literal('toolResult'), id: z.string(), content: z.string() }),
]);

const shape = z.object({
  messages: z.array(
    z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.union([z.string(), z.array(part)]) }),
  ),
  temperature: z.number().min(0).max(2).exactOptional(),
  maxTokens: z.number().int().positive().exactOptional(),
  model: z.string().min(1).exactOptional(),
  provider: z.string().min(1).exactOptional(),
  tools: z
    .array(
      z.object({
        name: z.string().min(1),
        description: z.string().exactOptional(),
        parameters: z.record(z.string(), z.unknown()),
      }),
    )
    .exactOptional(),
  stream: z.boolean().exactOptional(),
  noCache: z.boolean().exactOptional(),
  lane: z.enum(['foreground', 'background']).exactOptional(),
  signal: z.instanceof(AbortSignal).exactOptional(),
  askedBy: z.string().max(100).exactOptional(),
});

/**
 * What another extension asks, checked before anything is done for it: types do not hold at run time.
 * Throws `ChatError` `badRequest` that names the first field that is wrong.
 */
export function readChatRequest(l10n: L10n, given: unknown): ChatRequest {
  const parsed = shape.safeParse(withoutUndefined(given));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.');
  const where = field === undefined || field === '' ? l10n.t('the request') : field;
  throw new ChatError('badRequest', l10n.t('The chat request cannot be read: {0}: {1}', where, issue?.message ?? ''));
}

/** A field that is there and undefined means what a missing one means. */
const withoutUndefined = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
    ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    : given;
