import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Soak } from './soak.ts';
import { providerIds } from './soakLimits.ts';
import type { SoakWindow } from './soakWindow.ts';
import { daysOf } from './soakZones.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** What befalls the machine, the disk, the windows, the providers and the keys. Each is put right before it ends, or by another. */
export const troubles = {
  clockGoesBack8Hours: (soak: Soak) => wrongClock(soak, -8 * hourMs),
  clockGoesForward8Hours: (soak: Soak) => wrongClock(soak, 8 * hourMs),
  clockGoesBack12Minutes: (soak: Soak) => wrongClock(soak, -12 * minuteMs),
  clockGoesBack2Seconds: (soak: Soak) => wrongClock(soak, -2 * secondMs),
  async sleepsTillMorning(soak: Soak) {
    await sleep(soak, 4 * hourMs - minuteMs, (ms) => soak.time.clock.sleep(ms));
  },
  async suspendsTillMorning(soak: Soak) {
    await sleep(soak, 4 * hourMs - minuteMs, (ms) => soak.time.suspend(ms));
  },
  async sleepsWhileAsked(soak: Soak) {
    for (const window of soak.windows) soak.ask(window, 2_000, 500);
    await soak.pass(400);
    await sleep(soak, hourMs, (ms) => soak.time.clock.sleep(ms));
  },
  async diskIsFull(soak: Soak) {
    await quiet(soak);
    withoutFreePages(soak.folder.path);
    await badDisk(soak, 3 * minuteMs, ({ open }) => open.connection()?.db.exec('PRAGMA max_page_count = 1'));
    for (const { open } of soak.windows) open.connection()?.db.exec('PRAGMA max_page_count = 1000000');
  },
  async diskIsReadOnly(soak: Soak) {
    await badDisk(soak, 3 * minuteMs, ({ open }) => {
      open.connection()?.db.exec('PRAGMA query_only = 1');
    });
  },
  async diskIsReadOnlyForOne(soak: Soak) {
    const [first] = soak.windows;
    await badDisk(soak, 2 * minuteMs, (window) => {
      if (window === first) window.open.connection()?.db.exec('PRAGMA query_only = 1');
    });
  },
  diskIsLockedFor5Seconds: (soak: Soak) => lockedDisk(soak, 5 * secondMs),
  diskIsLockedFor40Seconds: (soak: Soak) => lockedDisk(soak, 40 * secondMs),
  async fileIsRemoved(soak: Soak) {
    await quiet(soak);
    for (const suffix of ['', '-wal', '-shm']) rmSync(soak.folder.path + suffix, { force: true });
    soak.settleLater();
    await soak.pass(minuteMs);
  },
  async providersShrink(soak: Soak) {
    for (const id of providerIds) soak.fleet.places.resize(id, 0.5);
  },
  async providersGrow(soak: Soak) {
    for (const id of providerIds) soak.fleet.places.resize(id, 3);
  },
  async providersAreAsUsual(soak: Soak) {
    for (const id of providerIds) soak.fleet.places.resize(id, 1);
  },
  async keyIsRefused(soak: Soak) {
    for (const secret of ['groq-one', 'groq-three', 'gemini-one', 'mistral-one']) soak.fleet.refused.add(secret);
    await busily(soak, 90 * minuteMs);
    soak.fleet.refused.clear();
  },
  async keyIsRefusedThoughItsCheckIsGood(soak: Soak) {
    for (const secret of ['groq-one', 'groq-two', 'gemini-two']) soak.fleet.refusedInChats.add(secret);
    await busily(soak, 90 * minuteMs);
    soak.fleet.refusedInChats.clear();
  },
  async providerIsOut(soak: Soak) {
    soak.fleet.out.add('groq');
    await busily(soak, 10 * minuteMs);
    soak.fleet.out.clear();
  },
  async allProvidersAreOut(soak: Soak) {
    for (const id of providerIds) soak.fleet.out.add(id);
    await busily(soak, 40 * minuteMs);
    soak.fleet.out.clear();
  },
  async messagesFailAtFirst(soak: Soak) {
    for (const { alerts } of soak.windows) {
      for (const channel of [alerts.telegram, alerts.email]) {
        // Once in each window: what has failed three times is given up.
        channel.answers.push({ ok: false, kind: 'again', said: 'busy' });
      }
    }
    await troubles.keyIsRefused(soak);
    for (const { alerts } of soak.windows) for (const channel of [alerts.telegram, alerts.email]) channel.answers = [];
  },
  async windowDiesWhileSending(soak: Soak) {
    const window = soak.windows[1];
    if (window === undefined) return;
    await farFromMidnight(soak);
    window.alerts.telegram.hangs = true;
    for (const secret of ['groq-two', 'gemini-one', 'gemini-two']) soak.fleet.refusedInChats.add(secret);
    for (let count = 0; count < 3; count += 1) soak.ask(window, 2_000, 700);
    await soak.pass(30 * secondMs);
    soak.fleet.refusedInChats.clear();
    soak.drop(window, 'die');
    await soak.pass(2 * minuteMs);
    await soak.openWindow();
  },
  async providerIsSilent(soak: Soak) {
    soak.fleet.silent.add('gemini').add('groq');
    await busily(soak, 5 * minuteMs);
    soak.fleet.silent.clear();
  },
  async modelIsGone(soak: Soak) {
    soak.fleet.gone.add('openai/gpt-oss-120b');
    await busily(soak, 30 * minuteMs);
    soak.fleet.gone.clear();
  },
  async callersGiveUp(soak: Soak) {
    for (let count = 0; count < 10; count += 1) {
      const caller = new AbortController();
      const window = soak.windows[count % 2];
      if (window !== undefined) soak.ask(window, 3_000, 800, caller.signal);
      await soak.pass(80 * count);
      caller.abort();
      await soak.pass(5 * secondMs);
    }
  },
  async windowDies(soak: Soak) {
    const window = soak.windows[1];
    if (window === undefined) return;
    await farFromMidnight(soak);
    for (let count = 0; count < 3; count += 1) soak.ask(window, 2_000, 700);
    await soak.pass(300);
    soak.drop(window, 'die');
    await soak.pass(2 * minuteMs);
    await soak.openWindow();
  },
  async windowIsRestarted(soak: Soak) {
    const window = soak.windows[1];
    if (window === undefined) return;
    soak.ask(window, 2_000, 700);
    await soak.pass(300);
    soak.drop(window, 'close');
    await soak.pass(secondMs);
    await soak.openWindow();
  },
  async thirdWindowIsUsed(soak: Soak) {
    const window = await soak.openWindow();
    for (let count = 0; count < 5; count += 1) {
      soak.ask(window, 1_000, 400);
      await soak.pass(20 * secondMs);
    }
    soak.drop(window, 'close');
  },
  async keysArePooled(soak: Soak) {
    await soak.windows[0]?.keyring.setPool(['groq/1', 'groq/2'], 'team');
  },
  async keysArePartedAgain(soak: Soak) {
    await soak.windows[1]?.keyring.setPool(['groq/1', 'groq/2', 'groq/3'], null);
  },
  async keyIsRemovedAndComesBack(soak: Soak) {
    const [first, second] = soak.windows;
    const key = first?.keyring.keys().find(({ provider }) => provider === 'mistral');
    if (first === undefined || second === undefined || key === undefined) return;
    await first.keyring.remove([`mistral/${key.number}`]);
    soak.counts.removed = 1;
    await busily(soak, 20 * minuteMs);
    await soak.until(second.keyring.add({ provider: 'mistral', text: 'mistral-one' }));
    soak.counts.removed = 0;
  },
} as const satisfies Record<string, (soak: Soak) => Promise<void>>;

export type Trouble = keyof typeof troubles;

async function sleep(soak: Soak, ms: number, asThisSystemDoes: (ms: number) => void): Promise<void> {
  asThisSystemDoes(ms);
  soak.listeners.machineSlept(ms);
  await soak.pass(secondMs);
}

/** Set wrong, used for two hours, and set right by the network. */
async function wrongClock(soak: Soak, ms: number): Promise<void> {
  soak.time.setBy(ms);
  soak.listeners.clockIsSet();
  await busily(soak, 2 * hourMs);
  soak.time.setRight();
  soak.listeners.clockIsSet();
}

/** The next row that is written needs a page more, or one of the next. */
function withoutFreePages(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('VACUUM');
  db.close();
}

/** People go on asking meanwhile. */
async function busily(soak: Soak, ms: number): Promise<void> {
  const endMs = soak.time.trueMs + ms;
  while (soak.time.trueMs < endMs) {
    const window = soak.windows[soak.chance.next() < 0.5 ? 0 : 1];
    if (window !== undefined) soak.ask(window, 2_000, 600);
    await soak.pass(Math.min(endMs - soak.time.trueMs, (0.5 + soak.chance.next()) * 4 * minuteMs));
  }
}

/** Until nothing is under way. */
async function quiet(soak: Soak): Promise<void> {
  while (soak.windows.some(({ isBusy }) => isBusy)) await soak.pass(secondMs);
}

/** What a dead window had sent counts when its death is noticed: not on another day. */
async function farFromMidnight(soak: Soak): Promise<void> {
  const { time } = soak;
  while (daysOf(time.clock.now()) !== daysOf(time.clock.now() + 5 * minuteMs)) await soak.pass(minuteMs);
}

async function badDisk(soak: Soak, ms: number, break_: (window: SoakWindow) => void): Promise<void> {
  soak.isDiskBad = true;
  for (let passed = 0; passed < ms; passed += 20 * secondMs) {
    for (const window of soak.windows) {
      break_(window);
      soak.ask(window, 1_000, 400);
    }
    await soak.pass(20 * secondMs);
  }
  // A database is tried again twice a minute.
  await soak.pass(40 * secondMs);
  soak.isDiskBad = false;
  soak.settleLater();
}

async function lockedDisk(soak: Soak, ms: number): Promise<void> {
  soak.isDiskBad = true;
  // SQLite would wait in real time, in which nobody here lets go.
  for (const { open } of soak.windows) open.connection()?.db.exec('PRAGMA busy_timeout = 0');
  const holder = new DatabaseSync(soak.folder.path);
  holder.exec('BEGIN IMMEDIATE');
  for (const window of soak.windows) soak.ask(window, 1_000, 400);
  await soak.pass(ms);
  holder.exec('COMMIT');
  holder.close();
  for (const { open } of soak.windows) open.connection()?.db.exec('PRAGMA busy_timeout = 10');
  await soak.pass(40 * secondMs);
  soak.isDiskBad = false;
  soak.settleLater();
}
