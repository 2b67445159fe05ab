import * as z from 'zod';
import { isOutcome, type Outcome } from '../../core/quota/attempt.ts';
import { parseKeyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import { routesKept, type Route } from '../../core/routing/route.ts';
import { number, text, type Connection } from './connection.ts';

const key = z.custom<KeyRef>((value) => typeof value === 'string' && parseKeyRef(value) !== undefined);
const outcome = z.custom<Outcome>((value) => typeof value === 'string' && isOutcome(value));
const tokens = z.object({ prompt: z.number(), completion: z.number(), total: z.number(), estimated: z.boolean() });

const route = z.object({
  id: z.string(),
  atMs: z.number(),
  askedBy: z.string(),
  outcome: z.enum(['answered', 'cached', 'degraded', 'failed', 'cancelled']),
  attempts: z.array(
    z.object({
      key,
      model: z.string(),
      outcome,
      sentence: z.string(),
      startedAtMs: z.number(),
      ms: z.number(),
      status: z.number().exactOptional(),
      tokens: tokens.exactOptional(),
    }),
  ),
  passedOver: z.array(
    z.object({
      key,
      model: z.string(),
      reason: z.enum([
        'disabled',
        'quarantined',
        'cooling',
        'exhausted',
        'secretMissing',
        'originNotConfirmed',
        'notWanted',
        'modelGone',
        'providerPassedOver',
        'noRoom',
        'busy',
        'tooLarge',
        'alreadyTried',
        'behind',
        'notNeeded',
      ]),
      sentence: z.string(),
      untilMs: z.number().exactOptional(),
    }),
  ),
  waits: z.array(z.object({ ms: z.number(), sentence: z.string() })),
  unlisted: z.number().exactOptional(),
  ms: z.number(),
}) satisfies z.ZodType<Route>;

/** The routes of one database, each parsed once: whoever shows them asks again and again. */
export class StoredRoutes {
  #connection: Connection | undefined;
  /** By id; undefined: of another version. Oldest first. */
  #parsed = new Map<number, Route | undefined>();

  /** Newest first. */
  read(connection: Connection): readonly Route[] {
    if (this.#connection !== connection) this.#parsed = new Map();
    this.#connection = connection;
    // Older ones may still be there until they are swept.
    const before = number(connection.sql('SELECT max(id) AS id FROM routes').get(), 'id') - routesKept;
    for (const id of this.#parsed.keys()) if (id <= before) this.#parsed.delete(id);
    const last = [...this.#parsed.keys()].at(-1) ?? before;
    const rows = connection.sql('SELECT id, route FROM routes WHERE id > ? ORDER BY id').all(last);
    for (const row of rows) this.#parsed.set(number(row, 'id'), parseStoredRoute(text(row, 'route')));
    return [...this.#parsed.values()].flatMap((each) => each ?? []).toReversed();
  }
}

/** Undefined where another version wrote something else. */
function parseStoredRoute(json: string): Route | undefined {
  try {
    const parsed = route.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
