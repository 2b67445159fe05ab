import { createHash } from 'node:crypto';
import type { ImagePart, Message, Part, Tool, ToolCallPart } from './message.ts';
import type { Dialect } from './provider.ts';

/** What of one call goes into the request body. `maxTokens` is already clamped. */
export type ChatBodyInput = {
  readonly dialect: Dialect;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[] | undefined;
  readonly temperature?: number | undefined;
  readonly maxTokens: number;
  readonly stream: boolean;
};

/** The portable subset, plus only what this dialect is known to accept. */
export function chatBody(input: ChatBodyInput): Record<string, unknown> {
  const { dialect } = input;
  const body: Record<string, unknown> = {
    model: input.model,
    messages: wireMessages(input.messages, dialect),
    [dialect.capField]: input.maxTokens,
    stream: input.stream,
  };
  if (input.temperature !== undefined && dialect.maxTemperature !== undefined) {
    body['temperature'] = Math.min(Math.max(0, input.temperature), dialect.maxTemperature);
  }
  if (input.tools !== undefined && input.tools.length > 0) body['tools'] = input.tools.map(wireTool);
  if (input.stream && dialect.streamOptions) body['stream_options'] = { include_usage: true };
  return body;
}

export const holdsImage = ({ content }: Message): boolean =>
  typeof content !== 'string' && content.some((part) => part.type === 'image');

/** The first thing in this call that the dialect has no room for; undefined: it fits. */
export function unsupportedField(input: ChatBodyInput): 'tools' | 'messages' | undefined {
  const { dialect } = input;
  if (!dialect.tools && input.tools !== undefined && input.tools.length > 0) return 'tools';
  if (!dialect.images && input.messages.some(holdsImage)) return 'messages';
  return undefined;
}

function wireTool(tool: Tool): unknown {
  const { name, description, parameters } = tool;
  return { type: 'function', function: { name, ...(description === undefined ? {} : { description }), parameters } };
}

function wireMessages(messages: readonly Message[], dialect: Dialect): unknown[] {
  const wired: unknown[] = [];
  for (const { role, content } of messages) {
    if (typeof content === 'string') wired.push({ role, content });
    else wirePartsInto(wired, role, content, dialect);
  }
  return wired;
}

/** Tool results become messages of their own, before whatever else the message holds. */
function wirePartsInto(wired: unknown[], role: Message['role'], parts: readonly Part[], dialect: Dialect): void {
  const said: Part[] = [];
  const calls: unknown[] = [];
  for (const part of parts) {
    if (part.type === 'toolResult') {
      wired.push({ role: 'tool', tool_call_id: wireCallId(part.id, dialect), content: part.content });
    } else if (part.type === 'toolCall') calls.push(wireCall(part, dialect, calls.length === 0));
    else said.push(part);
  }
  if (calls.length > 0) wired.push({ role: 'assistant', content: textOf(said) || null, tool_calls: calls });
  else if (said.length > 0) wired.push({ role: role === 'tool' ? 'user' : role, content: wireContent(said) });
}

function wireContent(parts: readonly Part[]): unknown {
  if (!parts.some((part) => part.type === 'image')) return textOf(parts);
  return parts.map((part) => (part.type === 'image' ? wireImage(part) : { type: 'text', text: textOf([part]) }));
}

const wireImage = ({ mimeType, data }: ImagePart) => ({
  type: 'image_url',
  image_url: { url: `data:${mimeType};base64,${data}` },
});

const textOf = (parts: readonly Part[]): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

function wireCall(call: ToolCallPart, dialect: Dialect, isFirst: boolean): unknown {
  const wired: Record<string, unknown> = {
    id: wireCallId(call.id, dialect),
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  };
  // Of calls made together, Gemini signs and wants signed the first alone.
  const signature = call.signature ?? (isFirst ? signatureOfOthers : undefined);
  if (dialect.signatures && signature !== undefined) {
    wired['extra_content'] = { google: { thought_signature: signature } };
  }
  return wired;
}

/** Google's documented stand-in for a call that another model made: without it, 400. */
const signatureOfOthers = 'skip_thought_signature_validator';

const nineAlphanumerics = /^[A-Za-z0-9]{9}$/;

/** The same id always maps to the same nine letters, so that calls and results still find each other. */
function wireCallId(id: string, dialect: Dialect): string {
  if (dialect.toolCallIds === 'any' || nineAlphanumerics.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 9);
}
