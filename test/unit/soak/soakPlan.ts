import { between, exponential } from '../../bench/day/chance.ts';
import type { SeededRandom } from '../support/seededRandom.ts';
import { troubles, type Trouble } from './troubles.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const requestsADay = 400;
const troublesADay = 10;
/** Hours after the start of each day of the soak in which the machine is awake: midnights of all zones fall into them. */
const awakeHours = 20;

export type Planned = {
  readonly atMs: number;
  readonly what:
    | { readonly kind: 'ask'; readonly window: number; readonly characters: number; readonly maxTokens: number }
    | { readonly kind: 'trouble'; readonly trouble: Trouble };
};

/** In the order of time. Each trouble comes before any comes again. */
export function planOf(chance: SeededRandom, startMs: number, days: number): readonly Planned[] {
  const deck: Trouble[] = [];
  const plan: Planned[] = [];
  for (let day = 0; day < days; day += 1) {
    const fromMs = startMs + day * dayMs;
    const untilMs = fromMs + awakeHours * hourMs;
    for (let atMs = fromMs; atMs < untilMs; atMs += exponential(chance, (awakeHours * hourMs) / requestsADay)) {
      plan.push(askAt(chance, atMs));
      // Somebody's agent asks a lot at once.
      if (chance.next() < 0.01) for (let more = 0; more < 12; more += 1) plan.push(askAt(chance, atMs + more * 700));
    }
    const slotMs = (awakeHours * hourMs) / troublesADay;
    for (let slot = 0; slot < troublesADay; slot += 1) {
      const atMs = fromMs + slot * slotMs + between(chance, 5 * minuteMs, slotMs / 2);
      const trouble = drawFrom(deck, chance);
      plan.push({ atMs, what: { kind: 'trouble', trouble } });
    }
    plan.push({
      atMs: untilMs,
      what: { kind: 'trouble', trouble: day % 2 === 0 ? 'sleepsTillMorning' : 'suspendsTillMorning' },
    });
  }
  return plan.toSorted((one, other) => one.atMs - other.atMs);
}

const askAt = (chance: SeededRandom, atMs: number): Planned => ({
  atMs,
  what: {
    kind: 'ask',
    window: chance.next() < 0.6 ? 0 : 1,
    characters: Math.round(between(chance, 100, 8_000)),
    maxTokens: Math.round(between(chance, 300, 1_500)),
  },
});

function drawFrom(deck: Trouble[], chance: SeededRandom): Trouble {
  if (deck.length === 0) {
    const all = troubleNames.filter((trouble) => !leftOut.includes(trouble) && !trouble.endsWith('Morning'));
    deck.push(...all);
    for (let at = deck.length - 1; at > 0; at -= 1) {
      const other = Math.floor(chance.next() * (at + 1));
      const [one, two] = [deck[at], deck[other]];
      if (one !== undefined && two !== undefined) [deck[at], deck[other]] = [two, one];
    }
  }
  const drawn = deck.pop();
  if (drawn === undefined) throw new Error('there is no trouble');
  return drawn;
}

const troubleNames = Object.keys(troubles).filter((name): name is Trouble => name in troubles);

/** What the product does not stand yet. */
const leftOut: readonly Trouble[] = [];
