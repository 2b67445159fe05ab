import { isDeepStrictEqual } from 'node:util';
import type { Fact } from '../../core/quota/fact.ts';

/**
 * What other windows changed while this one had no database: a decision that is taken again undoes
 * nothing of it.
 */
export class Meanwhile {
  /** As others left it. */
  readonly #theirs = new Map<string, Fact>();

  /** `before`: what stood when the database was last seen. What is over needs no regard. */
  constructor(before: Iterable<Fact>, now: Iterable<Fact>, nowMs: number) {
    const gone = new Map([...before].map((each) => [nameOf(each), each]));
    for (const each of now) {
      const known = gone.get(nameOf(each));
      gone.delete(nameOf(each));
      if (!isDeepStrictEqual(known?.value, each.value) && !isOver(each, nowMs)) this.#theirs.set(nameOf(each), each);
    }
    for (const [name, each] of gone) this.#theirs.set(name, { ...each, value: null });
  }

  keep(facts: readonly Fact[]): readonly Fact[] {
    return facts.flatMap((each) => this.#beside(each) ?? []);
  }

  #beside(ours: Fact): Fact | undefined {
    const theirs = this.#theirs.get(nameOf(ours));
    if (theirs === undefined) return ours;
    switch (ours.kind) {
      case 'demotion':
      case 'modelOut':
      case 'mark':
      case 'accountName':
        return undefined;
      case 'block':
        // Over theirs only a longer one was planned.
        return theirs.value === null || ours.value === null ? undefined : ours;
      case 'learned':
        if (theirs.kind !== 'learned' || theirs.value === null || ours.value === null) return undefined;
        return { ...ours, value: { ...ours.value, ...theirs.value } };
      default:
        return ours;
    }
  }
}

const nameOf = ({ kind, subject, scope, name }: Fact): string => `${kind}\n${subject}\n${scope}\n${name}`;

const isOver = ({ value }: Fact, nowMs: number): boolean =>
  typeof value === 'object' && value !== null && 'untilMs' in value && value.untilMs <= nowMs;
