import type { Failure } from '../providers/failure.ts';

export type Reached = { readonly origin: string; readonly needsKey: boolean; readonly failure: Failure | undefined };

/** DNS and unreachable networks speak for themselves; a refusal or reset may be one server's own matter. */
const isWeak = (failure: Failure): boolean =>
  failure.kind === 'network' && (failure.cause === 'refused' || failure.cause === 'reset');

/** Failed at DNS or connecting, or at a proxy that lets nobody through: the way is shut. */
const isDead = (failure: Failure | undefined): boolean =>
  failure?.kind === 'network' && failure.cause !== 'certificate' && failure.beforeConnect;

/** Nothing came that would show the way to be open: the caller gave up, or time ran out before. */
const isSilent = (failure: Failure | undefined): boolean =>
  (failure?.kind === 'cancelled' || failure?.kind === 'timeout') && failure.status === undefined;

/**
 * Whether the machine is offline: every origin that needs a key and was tried failed at DNS or
 * connecting, refusals and resets counting only from two origins on (spec section 4). The spell
 * lasts until a byte arrives from one of them.
 */
export class OfflineWatch {
  #offline = false;

  get isOffline(): boolean {
    return this.#offline;
  }

  /** Judges one route by all its attempts. Answers what changed. */
  conclude(attempts: readonly Reached[]): 'offline' | 'online' | undefined {
    const remote = attempts.filter(({ needsKey }) => needsKey);
    if (remote.length === 0) return undefined;
    if (remote.some(({ failure }) => !isDead(failure) && !wasReset(failure) && !isSilent(failure))) {
      return this.#turn(false);
    }
    if (remote.some(({ failure }) => isSilent(failure))) return undefined;
    return isOfflineBy(remote) ? this.#turn(true) : undefined;
  }

  #turn(offline: boolean): 'offline' | 'online' | undefined {
    if (this.#offline === offline) return undefined;
    this.#offline = offline;
    return offline ? 'offline' : 'online';
  }
}

const wasReset = (failure: Failure | undefined): boolean => failure?.kind === 'network' && failure.cause === 'reset';

function isOfflineBy(remote: readonly Reached[]): boolean {
  const origins = new Set(remote.map(({ origin }) => origin));
  if (origins.size >= 2) return true;
  return remote.every(({ failure }) => failure !== undefined && !isWeak(failure));
}
