import { isBehaviour } from './behaviours.ts';
import { isRecord, type Json, list, parseJson, record, text } from './json.ts';
import type { Simulator } from './simulator.ts';

/** A reply read to its end. `broken`: the connection ended before the body did. */
export type Asked = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly json: unknown;
  readonly broken: boolean;
};

async function ask(url: string, init: RequestInit): Promise<Asked> {
  const response = await fetch(url, init);
  const decoder = new TextDecoder();
  let body = '';
  let broken = false;
  try {
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      const bytes: unknown = part.value;
      if (bytes instanceof Uint8Array) body += decoder.decode(bytes, { stream: true });
    }
  } catch {
    broken = true;
  }
  const headers = Object.fromEntries(response.headers.entries());
  return { status: response.status, headers, body, json: parseJson(body)?.value, broken };
}

const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

export const get = (url: string, key?: string, headers: Record<string, string> = {}): Promise<Asked> =>
  ask(url, { headers: { ...bearer(key), ...headers } });

/** A chat with the first demo key of a behaviour, or with the very key. */
export const post = (sim: Simulator, key: string | undefined, body: unknown, signal?: AbortSignal): Promise<Asked> =>
  ask(`${sim.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...bearer(key !== undefined && isBehaviour(key) ? sim.key(key) : key),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

/** The message of an error in whichever shape. */
export function errorOf(reply: Asked): string {
  const root = record(Array.isArray(reply.json) ? reply.json[0] : reply.json);
  const error = root['error'];
  return isRecord(error) ? text(error['message']) : text(error ?? root['message'] ?? root['detail']);
}

/** The JSON events of a stream, whatever its line ends. */
export function eventsOf(reply: Asked): { readonly events: readonly Json[]; readonly done: boolean } {
  const data = reply.body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim());
  return {
    events: data.filter((line) => line !== '[DONE]').map((line) => record(parseJson(line)?.value)),
    done: data.at(-1) === '[DONE]',
  };
}

export const firstChoice = (json: unknown): Json => record(list(record(json)['choices'])[0]);

/** The streamed text put together. */
export const streamedText = (reply: Asked): string =>
  eventsOf(reply)
    .events.map((event) => record(firstChoice(event)['delta'])['content'])
    .map((content) =>
      typeof content === 'string'
        ? content
        : list(content)
            .map((part) => text(record(part)['text']))
            .join(''),
    )
    .join('');
