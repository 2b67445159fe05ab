import type { Message, Part, Tool } from './message.ts';
import type { Provider } from './provider.ts';

export type EstimateInput = {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly provider: Provider;
  readonly model: string;
};

/** Role and separators of one message, in every chat template that was looked at. */
const perMessage = 4;
/** The opening of the answer. */
const perRequest = 3;
const perTool = 12;
/** What the providers of the catalog charge for a picture of ordinary size, on the high side. */
const perImage = 1_100;

/** Tokens that a request's prompt will about be charged. Deterministic, and rather high than low. */
export function estimateTokens({ messages, tools, provider, model }: EstimateInput): number {
  let tokens = perRequest + (provider.models.find(({ id }) => id === model)?.templateTokens ?? 0);
  for (const { content } of messages) {
    tokens += perMessage;
    if (typeof content === 'string') tokens += estimateText(content);
    else for (const part of content) tokens += estimatePart(part);
  }
  for (const { name, description, parameters } of tools ?? []) {
    tokens += perTool + estimateText(name) + estimateText(description ?? '') + estimateText(JSON.stringify(parameters));
  }
  return Math.ceil(tokens);
}

/** Four characters a token in Latin script and code, two in other alphabets, one in Chinese, Japanese and Korean. */
export function estimateText(text: string): number {
  let foreign = 0;
  let ideographs = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x250) continue;
    if (code >= 0x2e80) ideographs += 1;
    else foreign += 1;
  }
  return (text.length - foreign - ideographs) / 4 + foreign / 2 + ideographs;
}

function estimatePart(part: Part): number {
  switch (part.type) {
    case 'text':
      return estimateText(part.text);
    case 'image':
      return perImage;
    case 'toolCall':
      return perMessage + estimateText(part.name) + estimateText(part.arguments);
    case 'toolResult':
      return perMessage + estimateText(part.content);
  }
}
