import type { Clock, L10n } from '../ports.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { Obstacle } from './obstacle.ts';
import type { PassedBy } from './rank.ts';
import type { PassedOver, Route, RouteAttempt } from './route.ts';
import { passedSentence } from './routeWords.ts';

/** Rows of keys that were not looked at, at most: the trace explains, it is no inventory. */
const mostNotNeeded = 20;

/** Collects what one request did, and says it in words when it ends. */
export class RouteTrace {
  readonly id: string;
  readonly #askedBy: string;
  readonly #atMs: number;
  readonly #startedMs: number;
  readonly #clock: Clock;
  readonly #l10n: L10n;
  readonly #attempts: RouteAttempt[] = [];
  readonly #waits: { ms: number; sentence: string }[] = [];
  readonly #passed = new Map<string, { candidate: Candidate; obstacle: Obstacle; atMs: number }>();

  constructor(id: string, askedBy: string, clock: Clock, l10n: L10n) {
    this.id = id;
    this.#askedBy = askedBy;
    this.#clock = clock;
    this.#l10n = l10n;
    this.#atMs = clock.now();
    this.#startedMs = clock.monotonic();
  }

  get attempts(): readonly RouteAttempt[] {
    return this.#attempts;
  }

  get elapsedMs(): number {
    return Math.max(0, this.#clock.monotonic() - this.#startedMs);
  }

  /** The last look at a candidate is the one that counts. */
  passedBy(rows: readonly PassedBy[]): void {
    const atMs = this.#clock.now();
    for (const { candidate, obstacle } of rows) {
      this.#passed.set(`${candidate.ref} ${candidate.model.id}`, { candidate, obstacle, atMs });
    }
  }

  attempted(attempt: RouteAttempt): void {
    this.#attempts.push(attempt);
  }

  waited(ms: number, sentence: string): void {
    this.#waits.push({ ms, sentence });
  }

  /** Obstacles as last seen, for the guidance's "why". */
  get obstacles(): readonly PassedBy[] {
    return [...this.#passed.values()];
  }

  end(outcome: Route['outcome'], lanes: readonly Lane[]): Route {
    return {
      id: this.id,
      atMs: this.#atMs,
      askedBy: this.#askedBy,
      outcome,
      attempts: this.#attempts,
      passedOver: [...this.#passedOver(), ...(outcome === 'answered' ? this.#notNeeded(lanes) : [])],
      waits: this.#waits,
      ms: this.elapsedMs,
    };
  }

  #passedOver(): PassedOver[] {
    const attempted = new Set(this.#attempts.map(({ key, model }) => `${key} ${model}`));
    return [...this.#passed]
      .filter(([name, { obstacle }]) => obstacle.reason !== 'alreadyTried' && !attempted.has(name))
      .map(([, { candidate, obstacle, atMs }]) => this.#row(candidate, obstacle, atMs));
  }

  #notNeeded(lanes: readonly Lane[]): PassedOver[] {
    const seen = new Set<string>(this.#attempts.map(({ key }) => key));
    for (const { candidate } of this.#passed.values()) seen.add(candidate.ref);
    const rows: PassedOver[] = [];
    for (const { candidates } of lanes) {
      for (const candidate of candidates) {
        if (rows.length === mostNotNeeded) return rows;
        if (seen.has(candidate.ref)) continue;
        seen.add(candidate.ref);
        rows.push(this.#row(candidate, { reason: 'notNeeded' }, this.#atMs));
      }
    }
    return rows;
  }

  #row(candidate: Candidate, obstacle: Obstacle, atMs: number): PassedOver {
    const { reason, untilMs } = obstacle;
    return {
      key: candidate.ref,
      model: candidate.model.id,
      reason,
      sentence: passedSentence(this.#l10n, candidate, obstacle, atMs),
      ...(untilMs === undefined ? {} : { untilMs }),
    };
  }
}
