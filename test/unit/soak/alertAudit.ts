import type { Alert } from '../../../src/core/alerts/alert.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const thresholds = [75, 90] as const;
/** What is said is said so soon, or not at all; a machine that sleeps adds its sleep. */
const soonMs = 20 * minuteMs;
/** A bucket drains evenly over a day: from full to 10 points below the lower threshold, and what `bucketHeld` may be late. */
const rearmedMs = 0.35 * dayMs + 2 * hourMs;

type Kind = 'quotaWarning' | 'quotaCritical' | 'keyRefused' | 'noCredit' | 'allFailed' | 'recovered';
type Owed = {
  readonly cause: string;
  atMs: number;
  readonly isMust: boolean;
  /** Counts it as said: at once where it must be said, else when it is heard. */
  readonly says: () => void;
};
type Said = {
  readonly atMs: number;
  /** When the quota day ends that it was said for. */
  readonly resetAtMs: number;
  /** Its window had no database: others need not know that it was said. */
  readonly isLoose: boolean;
  /** The clock was set since: by that it may be over. */
  clockWasSet: boolean;
};

/** When something was noticed; loose: windows had no database then, or a moment ago. */
export type Moment = { readonly trueMs: number; readonly isLoose: boolean };

/**
 * What one channel owes for a row of events, worked out anew and in the plainest way, and what came
 * out of it. True times: what a wall clock shows lengthens and shortens nothing.
 */
export class AlertAudit {
  /** For people. */
  readonly wrong: string[] = [];
  heard = 0;
  readonly #kinds: readonly Kind[];
  readonly #said = new Map<string, Said>();
  readonly #heldAtMs = new Map<string, number>();
  #owed: Owed[] = [];
  /** When it was last said that every key failed; undefined: keys answered since. */
  #downAtMs: number | undefined;

  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
  }

  notice(event: RouterEvent, moment: Moment): void {
    switch (event.kind) {
      case 'refused':
        return this.#untilAnswered('keyRefused', event.fingerprint, moment);
      case 'noCredit':
        return this.#untilAnswered('noCredit', event.fingerprint, moment);
      case 'answered':
        this.#said.delete(`keyRefused ${event.fingerprint}`);
        this.#said.delete(`noCredit ${event.fingerprint}`);
        return this.#answered(moment);
      case 'allFailed':
        return this.#allFailed(moment);
      case 'bucketHeld':
        this.#heldAtMs.set(limitOf(event), moment.trueMs);
        return;
      case 'thresholdPassed':
        return this.#threshold(event, moment);
      default:
    }
  }

  /** Somebody set the clock: what was said may be over early by that, and never late. */
  clockIsSet(): void {
    for (const said of this.#said.values()) said.clockWasSet = true;
  }

  /** Nobody sends anything meanwhile: what was to be said before may be said after. */
  machineSlept(ms: number): void {
    for (const owed of this.#owed) owed.atMs += ms;
  }

  hear(alert: Alert, trueMs: number, when: string): void {
    const cause = causeOf(alert);
    if (cause === undefined) return;
    this.heard += 1;
    const fits = ({ cause: owed, atMs, isMust }: Owed): boolean => owed === cause && (isMust || trueMs < atMs + soonMs);
    const at = this.#owed.findIndex((owed) => owed.isMust && fits(owed));
    const found = at >= 0 ? at : this.#owed.findLastIndex(fits);
    const [owed] = found < 0 ? [] : this.#owed.splice(found, 1);
    if (owed === undefined) this.wrong.push(`${when}: said though it was not owed: ${cause}`);
    else if (!owed.isMust) owed.says();
  }

  /** What is owed for so long is lost. */
  lookForLost(trueMs: number, when: string): void {
    const isLost = ({ isMust, atMs }: Owed): boolean => isMust && trueMs > atMs + soonMs;
    for (const { cause } of this.#owed.filter(isLost)) this.wrong.push(`${when}: never said: ${cause}`);
    this.#owed = this.#owed.filter((owed) => !isLost(owed));
  }

  #untilAnswered(kind: 'keyRefused' | 'noCredit', fingerprint: string, moment: Moment): void {
    const cause = `${kind} ${fingerprint}`;
    const said = this.#said.get(cause);
    if (said === undefined) this.#owe(kind, cause, moment, true);
    else if (mayRepeat(said, moment)) this.#owe(kind, cause, moment, false);
  }

  /** A window that is without its database may not know that another one was told that every key failed. */
  #answered(moment: Moment): void {
    if (this.#downAtMs === undefined) return;
    this.#owe('recovered', 'recovered', moment, !moment.isLoose, () => {
      if (this.#downAtMs !== undefined && this.#downAtMs <= moment.trueMs) this.#downAtMs = undefined;
    });
  }

  #allFailed(moment: Moment): void {
    const said = this.#said.get('allFailed');
    const isOver = said === undefined || moment.trueMs >= said.atMs + 15 * minuteMs;
    if (!isOver && !mayRepeat(said, moment)) return;
    // A window without a database counts its quarter hours by itself.
    const isMust = isOver && !moment.isLoose && said?.isLoose !== true;
    this.#owe('allFailed', 'allFailed', moment, isMust, () => {
      this.#downAtMs = moment.trueMs;
      this.#said.set('allFailed', {
        atMs: moment.trueMs,
        resetAtMs: 0,
        isLoose: moment.isLoose,
        clockWasSet: false,
      });
    });
  }

  #threshold(event: Extract<RouterEvent, { kind: 'thresholdPassed' }>, moment: Moment): void {
    const { status, thresholdPercent, fingerprint, isDaily } = event;
    const limit = limitOf(event);
    const said = this.#said.get(`${limit} ${thresholdPercent}`);
    const lastHeldMs = this.#heldAtMs.get(limit) ?? 0;
    if (status.form === 'bucket') this.#heldAtMs.set(limit, moment.trueMs);
    const due =
      status.form === 'bucket' ? bucketIsDue(said, lastHeldMs, moment) : dayIsDue(said, status.resetAtMs, moment);
    if (due === 'not') return;
    const says = (): void => {
      const now = {
        atMs: moment.trueMs,
        resetAtMs: status.resetAtMs,
        isLoose: moment.isLoose,
        clockWasSet: false,
      };
      for (const percent of thresholds) if (percent <= thresholdPercent) this.#said.set(`${limit} ${percent}`, now);
    };
    const kind = thresholdPercent === 90 ? 'quotaCritical' : 'quotaWarning';
    this.#owe(kind, `${kind} ${fingerprint} ${isDaily ? 'daily' : status.limit}`, moment, due === 'must', says);
  }

  #owe(kind: Kind, cause: string, { trueMs, isLoose }: Moment, isMust: boolean, says?: Owed['says']): void {
    const saysOnce = (): void =>
      void this.#said.set(cause, { atMs: trueMs, resetAtMs: 0, isLoose, clockWasSet: false });
    const owed = { cause, atMs: trueMs, isMust, says: says ?? saysOnce };
    if (isMust) owed.says();
    if (!this.#kinds.includes(kind)) return;
    this.#owed = this.#owed.filter((each) => each.isMust || each.atMs > trueMs - soonMs);
    this.#owed.push(owed);
  }
}

const mayRepeat = (said: Said, { isLoose }: Moment): boolean => said.isLoose || said.clockWasSet || isLoose;

type Due = 'must' | 'may' | 'not';

/** Once until it has fallen 10 points below, and at most once in 24 hours. */
function bucketIsDue(said: Said | undefined, lastHeldMs: number, moment: Moment): Due {
  if (said === undefined) return 'must';
  if (moment.trueMs < said.atMs + dayMs) return mayRepeat(said, moment) ? 'may' : 'not';
  return moment.trueMs > lastHeldMs + rearmedMs ? 'must' : 'may';
}

/** Once a quota day. */
function dayIsDue(said: Said | undefined, resetAtMs: number, moment: Moment): Due {
  if (said === undefined) return 'must';
  if (mayRepeat(said, moment) || resetAtMs < said.resetAtMs) return 'may';
  return resetAtMs === said.resetAtMs ? 'not' : 'must';
}

const limitOf = ({ fingerprint, status }: Extract<RouterEvent, { kind: 'thresholdPassed' | 'bucketHeld' }>): string =>
  `${fingerprint} ${status.limit} ${status.scope} ${status.ofKeyAlone ?? false}`;

/** Undefined: not audited. */
function causeOf(alert: Alert): string | undefined {
  switch (alert.event) {
    case 'quotaWarning':
    case 'quotaCritical':
      return `${alert.event} ${alert.fingerprint} ${alert.limit ?? 'daily'}`;
    case 'keyRefused':
    case 'noCredit':
      return `${alert.event} ${alert.fingerprint}`;
    case 'allFailed':
    case 'recovered':
      return alert.event;
    default:
      return undefined;
  }
}
