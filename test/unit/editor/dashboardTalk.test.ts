import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DashboardTalk } from '../../../src/editor/dashboard/dashboardTalk.ts';
import {
  toDashboard,
  type Answer,
  type DashboardAction,
  type ToDashboard,
} from '../../../src/shared/dashboardMessages.ts';
import { dashboardStringNames, dashboardStrings } from '../../../src/shared/dashboardStrings.ts';
import type { ChartChoice } from '../../../src/shared/dashboardView.ts';
import { exampleFacts, exampleStatuses, sceneNowMs, statusOf, viewOf } from '../report/dashboardScenes.ts';
import { FakeClock } from '../support/fakeClock.ts';

const strings = dashboardStrings.parse(Object.fromEntries(dashboardStringNames.map((name) => [name, name])));

/** A panel and its host: what is posted here is what the page would get. */
class DashboardFixture {
  readonly clock = new FakeClock(sceneNowMs);
  readonly posts: ToDashboard[] = [];
  readonly warnings: string[] = [];
  readonly chosen: ChartChoice[] = [];
  visible = true;
  reads = 0;
  used = 4_320;
  ends: readonly number[] = [];
  answer: (action: DashboardAction) => Promise<Answer> = () => Promise.resolve({});
  /** What a reading of the record waits for. */
  reading: () => Promise<void> = () => Promise.resolve();
  readonly talk = new DashboardTalk({
    clock: this.clock,
    log: { warn: (line) => this.warnings.push(line), error: (line) => this.warnings.push(line) },
    source: {
      view: () =>
        viewOf({
          ...exampleFacts,
          statuses: exampleStatuses.with(2, statusOf({ ref: 'groq/3', used: this.used, value: 14_400 })),
        }),
      read: () => {
        this.reads += 1;
        return this.reading();
      },
      choose: (choice) => this.chosen.push(choice),
    },
    endsMs: () => this.ends,
    act: (action) => this.answer(action),
    words: () => ({ strings, language: 'en' }),
    isVisible: () => this.visible,
    post: (message) => this.posts.push(toDashboard.parse(message)),
  });

  async ready(): Promise<void> {
    this.talk.receive({ type: 'ready' });
    await this.clock.advance(1_000);
    this.posts.length = 0;
  }

  /** Something is used each `everyMs` for `ms`. */
  async spend(ms: number, everyMs: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += everyMs) {
      this.used += 1;
      this.talk.changed();
      await this.clock.advance(everyMs);
    }
  }

  get types(): readonly ToDashboard['type'][] {
    return this.posts.map(({ type }) => type);
  }
}

describe('What the dashboard is told', () => {
  it('is everything when it is ready, and the choice of its graph is taken', async () => {
    const fixture = new DashboardFixture();
    const choice = { unit: 'requests', by: 'key' };
    fixture.talk.receive({ type: 'ready', choice });
    await fixture.clock.advance(0);
    assert.deepEqual(fixture.types, ['init']);
    assert.deepEqual(fixture.chosen, [choice]);
    assert.equal(fixture.reads, 1);
  });

  it('is what changed, within a quarter of a second', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.used += 1_000;
    await fixture.spend(250, 250);
    const [push] = fixture.posts;
    assert.ok(push?.type === 'update');
    assert.deepEqual(Object.keys(push.changes), ['keys']);
    assert.deepEqual(Object.keys(push.changes.keys ?? {}), ['groq/3']);
  });

  it('comes at most four times a second, and the last change is among it', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    await fixture.spend(10_000, 10);
    await fixture.clock.advance(250);
    assert.ok(fixture.posts.length <= 41, `${fixture.posts.length} pushes`);
    assert.ok(fixture.posts.length >= 39, `${fixture.posts.length} pushes`);
    const last = fixture.posts.at(-1);
    assert.ok(last?.type === 'update');
    assert.match(last.changes.keys?.['groq/3']?.bar?.words ?? '', /5\.3K/);
  });

  it('comes no more often while the user keeps asking for a refresh', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.answer = async () => {
      await fixture.talk.readNow();
      return {};
    };
    for (let id = 0; id < 40; id += 1) {
      fixture.used += 10;
      fixture.talk.receive({ type: 'request', id, action: { do: 'refresh' } });
      await fixture.clock.advance(50);
    }
    const pushes = fixture.types.filter((type) => type === 'update').length;
    assert.ok(pushes >= 8 && pushes <= 9, `${pushes} pushes in two seconds`);
  });

  it('is nothing when nothing changed', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.talk.changed();
    await fixture.clock.advance(1_000);
    assert.deepEqual(fixture.posts, []);
  });

  it('is nothing while it is hidden, nor is anything read; everything again when it is shown', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.visible = false;
    fixture.talk.hidden();
    const before = fixture.reads;
    await fixture.spend(120_000, 1_000);
    assert.deepEqual([fixture.posts, fixture.reads], [[], before]);
    fixture.visible = true;
    await fixture.spend(1_000, 500);
    assert.deepEqual(fixture.posts, [], 'the page that is loaded anew has not said that it is ready');
    fixture.talk.receive({ type: 'ready' });
    await fixture.clock.advance(0);
    assert.equal(fixture.types[0], 'init');
  });

  it('counts down each second towards an end that is near, without reading the record each time', async () => {
    const fixture = new DashboardFixture();
    fixture.ends = [sceneNowMs + 30_000];
    await fixture.ready();
    const before = fixture.reads;
    for (let second = 0; second < 10; second += 1) {
      fixture.used += 100;
      await fixture.clock.advance(1_000);
    }
    assert.ok(fixture.posts.length >= 9, `${fixture.posts.length} pushes in ten seconds`);
    assert.equal(fixture.reads, before);
  });

  it('follows the last 24 hours: the record is read each minute though nothing happens', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    const before = fixture.reads;
    await fixture.clock.advance(5 * 60_000 + 2_000);
    assert.ok(fixture.reads - before >= 4 && fixture.reads - before <= 6, `${fixture.reads - before} readings`);
  });
});

describe('What the dashboard asks', () => {
  it('is answered under its number', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.answer = () => Promise.resolve({ problem: 'This key is no longer there.' });
    fixture.talk.receive({ type: 'request', id: 7, action: { do: 'key', key: 'groq/9', action: 'check' } });
    await fixture.clock.advance(0);
    assert.deepEqual(fixture.posts, [{ type: 'reply', id: 7, problem: 'This key is no longer there.' }]);
  });

  it('is answered with the words of what failed', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.answer = () => Promise.reject(new Error('The clipboard is not there'));
    fixture.talk.receive({ type: 'request', id: 1, action: { do: 'copyUsage' } });
    await fixture.clock.advance(0);
    assert.deepEqual(fixture.posts, [{ type: 'reply', id: 1, problem: 'The clipboard is not there' }]);
    assert.match(fixture.warnings.join(), /copyUsage: The clipboard is not there/);
  });

  it('reaches nobody when the panel was closed in the middle of it', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    let go = (): void => undefined;
    fixture.reading = () => new Promise((resolve) => (go = resolve));
    fixture.answer = async () => {
      await fixture.talk.readNow();
      return {};
    };
    fixture.talk.receive({ type: 'request', id: 1, action: { do: 'refresh' } });
    await fixture.clock.advance(100);
    fixture.talk.dispose();
    fixture.used += 1;
    go();
    await fixture.clock.advance(120_000);
    assert.deepEqual(fixture.posts, []);
    assert.equal(fixture.clock.pending, 0);
  });

  it('is refused and logged where it does not parse', async () => {
    const fixture = new DashboardFixture();
    await fixture.ready();
    fixture.talk.receive({ type: 'request', id: 1, action: { do: 'run', command: 'workbench.action.quit' } });
    fixture.talk.receive('nonsense');
    await fixture.clock.advance(0);
    assert.deepEqual(fixture.posts, []);
    assert.equal(fixture.warnings.length, 2);
  });
});
