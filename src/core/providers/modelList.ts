import * as z from 'zod';
import type { ListedModel } from './chatCall.ts';

const maxModels = 5_000;

const size = z.number().int().positive().optional().catch(undefined);
const text = z.string().optional().catch(undefined);

const itemSchema = z.object({
  id: z.string().min(1).max(300),
  active: z.boolean().optional().catch(undefined),
  context_window: size,
  context_length: size,
  max_context_length: size,
  max_model_len: size,
  max_completion_tokens: size,
  deprecation: text,
  deprecation_replacement_model: text,
  capabilities: z.object({ completion_chat: z.boolean().optional() }).optional().catch(undefined),
  architecture: z
    .object({ output_modalities: z.array(z.string()) })
    .optional()
    .catch(undefined),
  providers: z
    .array(z.object({ status: text, context_length: size }))
    .optional()
    .catch(undefined),
});
type Item = z.infer<typeof itemSchema>;

/** Chat models of a `/models` reply, bare array or `{ data }`, each id once; undefined: it is no such list. */
export function readModelList(value: unknown): readonly ListedModel[] | undefined {
  const items = itemsOf(value);
  if (items === undefined) return undefined;
  const models = new Map<string, ListedModel>();
  for (const raw of items.slice(0, maxModels)) {
    const parsed = itemSchema.safeParse(raw);
    if (!parsed.success || !chats(parsed.data)) continue;
    const model = listed(parsed.data);
    if (!models.has(model.id)) models.set(model.id, model);
  }
  return [...models.values()];
}

const listSchema = z.union([z.array(z.unknown()), z.object({ data: z.array(z.unknown()) })]);

function itemsOf(value: unknown): readonly unknown[] | undefined {
  const parsed = listSchema.safeParse(value);
  if (!parsed.success) return undefined;
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.data;
}

// Where a list has no capability field, only names tell speech, pictures and guards from chat.
const otherKinds =
  /whisper|orpheus|prompt-guard|llama-guard|embed|rerank|moderation|imagen|(?:^|[/-])(?:tts|ocr|veo|lyria|aqa|image|live|audio|playai|transcribe)(?:$|[-/:])/i;

function chats(item: Item): boolean {
  if (item.active === false) return false;
  if (item.capabilities?.completion_chat !== undefined) return item.capabilities.completion_chat;
  if (item.architecture !== undefined && !item.architecture.output_modalities.includes('text')) return false;
  if (item.providers !== undefined && !item.providers.some(({ status }) => status === undefined || status === 'live')) {
    return false;
  }
  return !otherKinds.test(item.id);
}

function listed(item: Item): ListedModel {
  const upstreams = (item.providers ?? []).flatMap(({ context_length: length }) => length ?? []);
  const least = upstreams.length === 0 ? undefined : Math.min(...upstreams);
  const contextTokens =
    item.context_window ?? item.context_length ?? item.max_context_length ?? item.max_model_len ?? least;
  return {
    // Gemini's ids carry a prefix that requests do not need.
    id: item.id.replace(/^models\//, ''),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(item.max_completion_tokens === undefined ? {} : { maxOutputTokens: item.max_completion_tokens }),
    ...(item.deprecation === undefined ? {} : { deprecatedAt: item.deprecation }),
    ...(item.deprecation_replacement_model === undefined ? {} : { successor: item.deprecation_replacement_model }),
  };
}
