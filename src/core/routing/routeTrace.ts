import type { KeyRef } from '../keys/keyRef.ts';
import type { Clock, L10n } from '../ports.ts';
import { pairOf, type Candidate, type Lane } from './candidate.ts';
import type { Obstacle } from './obstacle.ts';
import type { Choice, PassedBy, Why } from './rank.ts';
import type { PassedOver, Route, RouteAttempt } from './route.ts';
import { passedSentence } from './routeWords.ts';
import type { StandingWords } from './standingWords.ts';

/** Rows at most, of keys passed over and of those not looked at: the trace explains, it is no inventory. */
const mostPassedOver = 200;
const mostNotNeeded = 20;

type Seen = { readonly obstacle: Obstacle; readonly atMs: number };

/** Collects what one request did, and says it in words when it ends. */
export class RouteTrace {
  readonly id: string;
  readonly #askedBy: string;
  readonly #atMs: number;
  readonly #startedMs: number;
  readonly #clock: Clock;
  readonly #l10n: L10n;
  readonly #words: StandingWords;
  readonly #attempts: RouteAttempt[] = [];
  readonly #waits: { ms: number; readonly sentence: string }[] = [];
  #waitedFor: KeyRef | undefined;
  readonly #passed = new Map<Candidate, Seen>();
  #behind: Choice['behind'] = new Map();

  constructor(id: string, askedBy: string, clock: Clock, l10n: L10n, words: StandingWords) {
    this.id = id;
    this.#askedBy = askedBy;
    this.#clock = clock;
    this.#l10n = l10n;
    this.#words = words;
    this.#atMs = clock.now();
    this.#startedMs = clock.monotonic();
  }

  /** The last look at a candidate is the one that counts. */
  passedBy(rows: readonly PassedBy[]): void {
    const atMs = this.#clock.now();
    for (const { candidate, obstacle } of rows) {
      this.#passed.set(candidate, { obstacle, atMs });
    }
  }

  /** Providers that stand behind, at the last look. */
  fellBehind(behind: Choice['behind']): void {
    this.#behind = behind;
  }

  nameOf(candidate: Candidate): string {
    return this.#words.name(candidate);
  }

  /** Why this candidate was asked, in words. */
  taken(candidate: Candidate, why: Why): string {
    return this.#words.taken(candidate, why);
  }

  attempted(attempt: RouteAttempt): void {
    this.#attempts.push(attempt);
    this.#waitedFor = undefined;
  }

  /** A wait that something interrupted and that went on for the same key is one wait. */
  waited(key: KeyRef, ms: number, sentence: string): void {
    const last = this.#waits.at(-1);
    if (last !== undefined && this.#waitedFor === key) last.ms += ms;
    else this.#waits.push({ ms, sentence });
    this.#waitedFor = key;
  }

  end(outcome: Route['outcome'], lanes: readonly Lane[]): Route {
    if (outcome === 'answered') this.#noteBehind(lanes);
    const notNeeded = outcome === 'answered' ? this.#notNeeded(lanes) : [];
    const route = {
      id: this.id,
      atMs: this.#atMs,
      askedBy: this.#askedBy,
      outcome,
      attempts: this.#attempts,
      passedOver: notNeeded,
      waits: this.#waits,
      ms: Math.max(0, this.#clock.monotonic() - this.#startedMs),
    };
    if (this.#passed.size === 0) return route;
    // Many keys may have been passed over: their rows are put in words when somebody first reads them.
    let rows: readonly PassedOver[] | undefined;
    const rowsOf = (): readonly PassedOver[] => [...this.#rows(), ...notNeeded];
    const unlisted = this.#passed.size - mostPassedOver;
    return {
      ...route,
      ...(unlisted > 0 ? { unlisted } : {}),
      get passedOver(): readonly PassedOver[] {
        return (rows ??= rowsOf());
      },
    };
  }

  /** Keys of providers that stand behind: another one answered before their turn. */
  #noteBehind(lanes: readonly Lane[]): void {
    if (this.#behind.size === 0) return;
    const atMs = this.#clock.now();
    const seen = this.#refsSeen();
    for (const { provider, candidates } of lanes) {
      if (!this.#behind.has(provider.id)) continue;
      const untilMs = this.#behind.get(provider.id);
      const obstacle = { reason: 'behind', ...(untilMs === undefined ? {} : { untilMs }) } as const;
      for (const candidate of candidates.slice(0, mostNotNeeded)) {
        if (!candidate.key.enabled || seen.has(candidate.ref)) continue;
        seen.add(candidate.ref);
        this.#passed.set(candidate, { obstacle, atMs });
      }
    }
  }

  #refsSeen(): Set<string> {
    const seen = new Set<string>(this.#attempts.map(({ key }) => key));
    for (const candidate of this.#passed.keys()) seen.add(candidate.ref);
    return seen;
  }

  #rows(): PassedOver[] {
    const attempted = new Set(this.#attempts.map(({ key, model }) => `${key} ${model}`));
    // A key that changed meanwhile was looked at as two candidates.
    const rows = new Map([...this.#passed].map((row) => [pairOf(row[0]), row]));
    return [...rows.values()]
      .slice(0, mostPassedOver)
      .filter(
        ([{ ref, model }, { obstacle }]) => obstacle.reason !== 'alreadyTried' && !attempted.has(`${ref} ${model.id}`),
      )
      .map(([candidate, seen]) => this.#row(candidate, seen));
  }

  #notNeeded(lanes: readonly Lane[]): PassedOver[] {
    const seen = this.#refsSeen();
    const rows: PassedOver[] = [];
    for (const { candidates } of lanes) {
      for (const candidate of candidates) {
        if (rows.length === mostNotNeeded) return rows;
        if (seen.has(candidate.ref)) continue;
        seen.add(candidate.ref);
        rows.push(this.#words.notNeeded(candidate));
      }
    }
    return rows;
  }

  #row(candidate: Candidate, { obstacle, atMs }: Seen): PassedOver {
    const { reason, untilMs } = obstacle;
    return {
      key: candidate.ref,
      model: candidate.model.id,
      reason,
      sentence: passedSentence(this.#l10n, candidate, obstacle, atMs),
      // The next check need not end it.
      ...(untilMs === undefined || reason === 'behind' ? {} : { untilMs }),
    };
  }
}
