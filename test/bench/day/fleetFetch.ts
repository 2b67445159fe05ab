import { idIn } from './dayRequest.ts';
import type { Fleet } from './fleet.ts';
import { askFleet, readChat } from './fleetHttp.ts';
import type { ProviderId } from './fleetPlan.ts';
import type { HostTime } from './hostTime.ts';

export const fleetUrl = 'https://fleet.example.com/v1';

/** The fleet behind `fetch`, for who calls nothing else. */
export class FleetFetch {
  readonly #fleet: Fleet;
  readonly #host: HostTime;
  readonly #answeredBy = new Map<number, ProviderId>();

  constructor(fleet: Fleet, host: HostTime) {
    this.#fleet = fleet;
    this.#host = host;
  }

  /** Who answered this request; undefined: nobody. */
  answeredBy(requestId: number): ProviderId | undefined {
    return this.#answeredBy.get(requestId);
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = input instanceof Request ? input : undefined;
    const sent = new Headers(init.headers ?? request?.headers);
    const secret = sent.get('authorization')?.replace('Bearer ', '') ?? '';
    const text = typeof init.body === 'string' ? init.body : await new Response(init.body ?? request?.body).text();
    const signal = init.signal ?? request?.signal;
    const { status, headers, body } = await this.#host.waiting(() =>
      untilAborted(askFleet(this.#fleet, secret, text), signal),
    );
    const provider = this.#fleet.keyOf(secret)?.provider;
    if (status === 200 && provider !== undefined) this.#answeredBy.set(idIn(readChat(text).text), provider);
    return Response.json(body, { status, headers });
  };
}

function untilAborted<T>(reply: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return reply;
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason);
    if (signal.aborted) return give();
    signal.addEventListener('abort', give, { once: true });
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
