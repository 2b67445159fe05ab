import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import type { Candidate, Lane } from './candidate.ts';

/** The same candidate with its key as it is now: it may have joined or left a pool since. Another secret is another matter. */
export function asItStands(candidate: Candidate, keys: readonly ApiKey[]): Candidate {
  const { id, fingerprint } = candidate.key;
  const key = keys.find((each) => each.id === id && each.fingerprint === fingerprint);
  return key === undefined ? candidate : withKey(candidate, key);
}

/** The lanes that a request began with, without the keys that were removed since, the others as they are now. */
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
  if (lane.keys.every((key) => byId.get(key.id) === key)) return lane;
  const keys = lane.keys.flatMap(({ id }) => byId.get(id) ?? []);
  const candidates = lane.candidates.flatMap((each) => {
    const key = byId.get(each.key.id);
    return key === undefined ? [] : [withKey(each, key)];
  });
  return { ...lane, keys, candidates };
}

const withKey = (candidate: Candidate, key: ApiKey): Candidate =>
  key === candidate.key ? candidate : { ...candidate, key, account: accountOf(key) };
