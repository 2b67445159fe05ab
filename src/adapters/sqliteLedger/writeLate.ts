import type { OwnReservation } from './change.ts';
import { Meanwhile } from './meanwhile.ts';
import type { Mirror } from './mirror.ts';
import type { Unwritten } from './unwritten.ts';
import { writeChange, type Opened } from './writeChange.ts';

export type LateWriting = {
  readonly opened: Opened;
  /** Of that database: it shows at once what is written, and is dropped where that fails. */
  readonly mirror: Mirror;
  readonly unwritten: Unwritten;
  /** What this window holds. */
  readonly own: ReadonlyMap<number, OwnReservation>;
  /** It is the database that this window used last. */
  readonly isSame: boolean;
  readonly nowMs: number;
};

/**
 * Inside the transaction in which a database begins to count for this window: what the window still
 * holds is held there too, attempts are added, and every decision is taken again by what stands there
 * now, without undoing what other windows have decided since. Answers the reservations that it wrote.
 */
export function writeLate(writing: LateWriting): readonly OwnReservation[] {
  const { opened, mirror, unwritten, nowMs } = writing;
  const reserved = holdAgain(writing);
  if (unwritten.kept.length === 0) return reserved;
  const meanwhile = new Meanwhile(unwritten.from.facts, mirror.state.facts.facts(), nowMs);
  for (const { decide, late } of unwritten.kept) {
    const change = decide(late);
    const facts = meanwhile.keep(change.facts ?? []);
    const settle = change.settle !== undefined && !late.charged ? { attempt: change.settle.attempt } : change.settle;
    writeChange(opened, mirror, { ...change, facts, ...(settle === undefined ? {} : { settle }) }, nowMs)();
    mirror.applyAll(facts);
  }
  // What this window knows has them already.
  mirror.recorded = [];
  return reserved;
}

function holdAgain({ opened, mirror, unwritten, own, isSame, nowMs }: LateWriting): readonly OwnReservation[] {
  const { connection, owner } = opened;
  // What ended meanwhile is let go of where its end is written.
  const wanted = new Map([...unwritten.ended(), ...own.values()].map((each) => [each.number, each]));
  const there = new Set(connection.reservationsOf(owner).map(({ number }) => number));
  for (const number of there) if (!wanted.has(number)) connection.dropReservation(owner, number);
  return [...wanted.values()].flatMap((each): readonly OwnReservation[] => {
    const isNew = unwritten.isReservedHere(each);
    const wasThere = isSame && !isNew;
    // Others thought this window dead: what was sent they have settled, and that counts; the rest they freed.
    if (there.has(each.number) || (wasThere && each.sent)) return [];
    const account = mirror.state.facts.accounts.of(each.ask);
    const again = mirror.state.planCharge({ ...each.ask, account, nowMs });
    const { facts, charged } = isNew || wasThere ? again : { facts: [], charged: each.charged };
    const reserve = { ...each, charged };
    writeChange(opened, mirror, { answer: undefined, reserve, facts }, nowMs)();
    mirror.applyAll(facts);
    return [reserve];
  });
}
