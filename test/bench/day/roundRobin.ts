import type { Contestant, ContestantEntry, Outcome, World } from './contestant.ts';

/** Begins each request with the next target, and goes round once. Learns nothing, waits for nothing. */
function start({ fleet }: World): Contestant {
  const { targets } = fleet;
  let next = 0;
  return {
    async ask({ id, cap }): Promise<Outcome> {
      const first = next;
      next = (next + 1) % targets.length;
      for (const target of [...targets.slice(first), ...targets.slice(0, first)]) {
        const { status } = await fleet.chat(target, id, cap);
        if (status === 200) return { answeredBy: target.key.provider };
      }
      return 'gaveUp';
    },
  };
}

export const roundRobin: ContestantEntry = {
  id: 'round-robin',
  name: 'round robin without memory',
  start: async (world) => start(world),
};
