import { type Answer, type ChatAsk, countTokens, type Finish } from '../answer.ts';
import { alphanumerics } from '../demoKey.ts';
import { type Json, list, parseJson, record, text } from '../json.ts';
import { accepted, type Ask, type Call, type ChatDialect, refused } from '../vendor.ts';
import { few, geminiAdmit, modelError } from './geminiChat.ts';
import * as errors from './geminiErrors.ts';
import { nativeRefusal } from './geminiFields.ts';
import { signatureOf } from './signature.ts';

const wrong = (error: errors.GeminiError) => refused(errors.geminiReply(error, false));

/** `models/{model}:generateContent` and `:streamGenerateContent?alt=sse`. No `[DONE]`: it just ends. */
export const geminiNativeChat = (model: string, stream: boolean): ChatDialect => ({
  done: false,
  errorEvent: { error: errors.geminiError(503, 'The model is overloaded. Please try again later.') },
  badJson: () => wrong(errors.geminiError(400, 'Invalid JSON payload received. Unexpected end of string.')).reply,
  read: (call, body) => read(call, body, model, stream),
  admit: (call, ask) => geminiAdmit(call, ask, false),
  plain: (answer) => whole(answer, answer.text, true),
  events: function* events(answer) {
    const parts = few(answer.pieces, 4);
    for (const part of parts.slice(0, -1)) yield whole(answer, part, false);
    yield whole(answer, parts.at(-1) ?? '', true);
  },
});

function read(call: Call, body: Json, model: string, stream: boolean): Ask {
  const refusal = nativeRefusal(body);
  if (refusal !== undefined) return wrong(refusal);
  const contents = list(body['contents']).map(record);
  const partsOf = (content: Json): readonly Json[] => list(content['parts']).map(record);
  const textOf = (content: Json): string =>
    partsOf(content)
      .map((part) => text(part['text']))
      .join('');
  const prompt = [record(body['systemInstruction']), ...contents].map(textOf).join('\n');
  const result = partsOf(contents.at(-1) ?? {}).find((part) => part['functionResponse'] !== undefined);
  const cap = record(body['generationConfig'])['maxOutputTokens'];
  const ask: ChatAsk = {
    model,
    stream,
    includeUsage: true,
    cap: typeof cap === 'number' ? cap : undefined,
    prompt,
    lastUserText: textOf(contents.findLast((content) => content['role'] !== 'model') ?? {}),
    toolResult: result === undefined ? undefined : JSON.stringify(record(result['functionResponse'])['response']),
    toolNames: list(body['tools'])
      .flatMap((tool) => list(record(tool)['functionDeclarations']))
      .map((declared) => text(record(declared)['name'])),
    promptTokens: call.sim.countPrompt?.({ model, prompt }) ?? countTokens(prompt),
  };
  const problem = modelError(call, ask);
  return problem === undefined ? accepted(ask) : wrong(problem);
}

const finishes: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  toolCalls: 'STOP',
  filter: 'SAFETY',
  error: 'OTHER',
};

function whole(answer: Answer, said: string, ends: boolean): unknown {
  const calls = ends
    ? answer.toolCalls.map((call) => ({
        functionCall: { id: call.id, name: call.name, args: parseJson(call.arguments)?.value ?? {} },
        thoughtSignature: signatureOf(call.id),
      }))
    : [];
  const parts = [...(said === '' ? [] : [{ text: said }]), ...calls];
  const { prompt, completion, total, reasoning, cached } = answer.usage;
  return {
    candidates: [
      {
        ...(parts.length === 0 ? {} : { content: { parts, role: 'model' } }),
        ...(ends ? { finishReason: finishes[answer.finish] } : {}),
        index: 0,
      },
    ],
    ...(answer.tellsUsage
      ? {
          usageMetadata: {
            promptTokenCount: prompt,
            candidatesTokenCount: completion - reasoning,
            totalTokenCount: total,
            ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
            ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
            promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
          },
        }
      : {}),
    modelVersion: answer.model,
    responseId: alphanumerics(answer.seed, 22),
  };
}
