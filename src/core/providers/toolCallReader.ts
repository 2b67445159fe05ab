import { createHash } from 'node:crypto';
import { listOf, numberOf, parseJson, recordOf, textOf } from './jsonValue.ts';
import type { ToolCallPart } from './message.ts';

type Growing = {
  id: string;
  name: string;
  arguments: string;
  signature: string | undefined;
  index: number | undefined;
};

const maxCalls = 128;

/** Puts tool calls together, whether they come whole, in pieces, with an index or without one. */
export class ToolCallReader {
  readonly #calls: Growing[] = [];

  /** Reads one `tool_calls` list; answers how many characters it added. */
  read(value: unknown): number {
    let length = 0;
    for (const item of listOf(value)) length += this.#readOne(item);
    return length;
  }

  get size(): number {
    return this.#calls.length;
  }

  /** Calls whose arguments are whole JSON; what a cut answer left in pieces is dropped. */
  finished(): readonly ToolCallPart[] {
    const parts: ToolCallPart[] = [];
    for (const [place, call] of this.#calls.entries()) {
      const text = call.arguments.trim() === '' ? '{}' : call.arguments;
      if (call.name === '' || parseJson(text) === undefined) continue;
      const part = { type: 'toolCall' as const, id: call.id || idFor(call, place), name: call.name, arguments: text };
      parts.push(call.signature === undefined ? part : { ...part, signature: call.signature });
    }
    return parts;
  }

  #readOne(item: unknown): number {
    const delta = recordOf(item);
    const called = recordOf(delta?.['function']);
    if (delta === undefined || called === undefined) return 0;
    const id = textOf(delta['id']) ?? '';
    const name = textOf(called['name']) ?? '';
    const call = this.#callFor(numberOf(delta['index']), id, name);
    if (call === undefined) return 0;
    const given = called['arguments'];
    const piece = textOf(given) ?? (recordOf(given) === undefined ? '' : JSON.stringify(given));
    if (call.id === '') call.id = id;
    if (call.name === '') call.name = name;
    call.arguments += piece;
    call.signature ??= textOf(recordOf(recordOf(delta['extra_content'])?.['google'])?.['thought_signature']);
    return id.length + name.length + piece.length;
  }

  /** Without an index, a new id or a name starts a new call. Some servers give every call index 0. */
  #callFor(index: number | undefined, id: string, name: string): Growing | undefined {
    const known = index === undefined ? this.#sameId(id, name) : this.#calls.findLast((call) => call.index === index);
    const another = known !== undefined && name !== '' && id !== '' && known.id !== '' && known.id !== id;
    if (known !== undefined && !another) return known;
    if (this.#calls.length >= maxCalls) return undefined;
    const call: Growing = { id: '', name: '', arguments: '', signature: undefined, index };
    this.#calls.push(call);
    return call;
  }

  #sameId(id: string, name: string): Growing | undefined {
    if (id !== '') return this.#calls.find((call) => call.id === id);
    return name === '' ? this.#calls.at(-1) : undefined;
  }
}

const idFor = (call: Growing, place: number): string =>
  `call_${createHash('sha256').update(`${place} ${call.name} ${call.arguments}`).digest('hex').slice(0, 12)}`;
