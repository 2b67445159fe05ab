import type { L10n } from '../ports.ts';
import type { Candidate } from './candidate.ts';
import type { Why } from './rank.ts';
import type { PassedOver } from './route.ts';
import { nameOf, passedSentence, takenSentence } from './routeWords.ts';

/** What is said of a candidate in request after request, put in words once. One for the window. */
export class StandingWords {
  readonly #l10n: L10n;
  readonly #taken = new WeakMap<Candidate, Map<Why, string>>();
  readonly #names = new WeakMap<Candidate, string>();
  readonly #notNeeded = new WeakMap<Candidate, PassedOver>();

  constructor(l10n: L10n) {
    this.#l10n = l10n;
  }

  /** "Groq Key 1". */
  name(candidate: Candidate): string {
    let name = this.#names.get(candidate);
    if (name === undefined) {
      name = nameOf(this.#l10n, candidate);
      this.#names.set(candidate, name);
    }
    return name;
  }

  /** Why the one that was asked was asked. */
  taken(candidate: Candidate, why: Why): string {
    let words = this.#taken.get(candidate);
    if (words === undefined) {
      words = new Map();
      this.#taken.set(candidate, words);
    }
    let sentence = words.get(why);
    if (sentence === undefined) {
      sentence = takenSentence(this.#l10n, candidate, why);
      words.set(why, sentence);
    }
    return sentence;
  }

  /** The row of a key that nobody had to look at, since another one answered first. */
  notNeeded(candidate: Candidate): PassedOver {
    const known = this.#notNeeded.get(candidate);
    if (known !== undefined) return known;
    const reason = candidate.key.enabled ? 'notNeeded' : 'disabled';
    const sentence = passedSentence(this.#l10n, candidate, { reason }, 0);
    const row = { key: candidate.ref, model: candidate.model.id, reason, sentence } as const;
    this.#notNeeded.set(candidate, row);
    return row;
  }
}
