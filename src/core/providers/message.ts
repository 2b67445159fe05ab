/** OpenAI's roles; content is a string or parts. */
export type Message = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly Part[];
};

export type TextPart = { readonly type: 'text'; readonly text: string };
/** `data` is base64. */
export type ImagePart = { readonly type: 'image'; readonly mimeType: string; readonly data: string };
export type ToolCallPart = {
  readonly type: 'toolCall';
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  /** What the provider wants back with the call next turn (Gemini's thought signature). */
  readonly signature?: string;
};
export type ToolResultPart = { readonly type: 'toolResult'; readonly id: string; readonly content: string };

export type Part = TextPart | ImagePart | ToolCallPart | ToolResultPart;

export type Tool = {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** Tokens of one attempt. `total` is what counts: thinking may be in it alone. */
export type TokenUse = {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** True when the provider said nothing and we counted characters. */
  readonly estimated: boolean;
};
