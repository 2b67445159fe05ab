import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import type { Candidate, Lane } from './candidate.ts';

/** The same candidate, drawing on what its key draws on now: it may have joined or left a pool since. */
export function asItStands(candidate: Candidate, keys: readonly ApiKey[]): Candidate {
  const key = keys.find(({ id }) => id === candidate.key.id);
  return key === undefined ? candidate : withKey(candidate, key);
}

/** The lanes that a request began with, each candidate drawing on what its key draws on now. */
export class CurrentLanes {
  readonly #allKeys: () => readonly ApiKey[];
  #lanes: readonly Lane[];
  #seen: readonly ApiKey[];

  constructor(lanes: readonly Lane[], allKeys: () => readonly ApiKey[]) {
    this.#lanes = lanes;
    this.#allKeys = allKeys;
    this.#seen = allKeys();
  }

  get all(): readonly Lane[] {
    const keys = this.#allKeys();
    if (keys !== this.#seen) {
      this.#seen = keys;
      const byId = new Map(keys.map((key) => [key.id, key]));
      this.#lanes = this.#lanes.map((lane) => laneNow(lane, byId));
    }
    return this.#lanes;
  }
}

function laneNow(lane: Lane, byId: ReadonlyMap<string, ApiKey>): Lane {
  const candidates = lane.candidates.map((each) => withKey(each, byId.get(each.key.id) ?? each.key));
  return candidates.every((each, place) => each === lane.candidates[place]) ? lane : { ...lane, candidates };
}

function withKey(candidate: Candidate, key: ApiKey): Candidate {
  const account = accountOf(key);
  return account === candidate.account ? candidate : { ...candidate, key, account };
}
