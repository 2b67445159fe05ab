import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { choose } from '../../../src/core/routing/rank.ts';
import { lanesOf } from '../../../src/core/routing/candidate.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { obstacleOf, type Snapshot } from '../../../src/core/routing/obstacleOf.ts';
import { Sizer } from '../../../src/core/routing/sizing.ts';
import { Tried } from '../../../src/core/routing/tried.ts';
import { held, passTime, providerOf, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import { propertyRuns } from '../support/runs.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const many = propertyRuns(100, 30_000);
const minuteMs = 60_000;

const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
const providers = ['groq', 'gemini'].map((id) => providerOf(id, { models, limits: {} }));

/** How a key behaves from some request on; `then` after the first time. */
const behaviour = fc.constantFrom(
  'answers',
  'refused',
  'cooling',
  'longCooling',
  'dayUsedUp',
  'noCredit',
  'overloaded',
  'overloadedOnce',
  'hangs',
  'reset',
  'html',
  'noContent',
  'filtered',
  'badField',
  'gone',
  'tooMuch',
  'cutOff',
);
type Behaviour = ReturnType<typeof behaviour.generate>['value'];

const script: Record<Behaviour, (times: number, model: string) => says.Reply> = {
  answers: () => says.answers(),
  refused: () => says.refused(),
  cooling: (times) => (times === 1 ? says.rateLimited('RPM', '7s') : says.answers()),
  longCooling: () => ({ status: 429, headers: { 'retry-after': '58' }, body: '{}' }),
  dayUsedUp: () => says.rateLimited('TPD', '3h'),
  noCredit: () => says.outOfCredit(),
  overloaded: () => says.overloaded(),
  overloadedOnce: (times) => (times === 1 ? says.overloaded() : says.answers()),
  hangs: () => 'hangs',
  reset: () => ({ problem: 'reset' }),
  html: () => ({ status: 200, body: '<html>portal</html>' }),
  noContent: () => says.noContent('length'),
  filtered: () => says.noContent('content_filter'),
  badField: () => says.badField(),
  gone: (_, model) => says.gone(model),
  tooMuch: () => says.tooMuch(),
  cutOff: () => ({ status: 200, body: 'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n' }),
};

const world = fc.record({
  keys: fc.array(
    fc.record({
      behaviour,
      provider: fc.constantFrom('groq', 'gemini'),
      priority: fc.integer({ min: 1, max: 4 }),
      score: fc.constantFrom(100, 100, 60, 15),
      tokensPerDay: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
      disabled: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  strategy: fc.constantFrom('priority' as const, 'balanced' as const, 'fastest' as const),
  requests: fc.integer({ min: 1, max: 6 }),
  together: fc.boolean(),
  gapMs: fc.integer({ min: 0, max: 400_000 }),
});
type World = ReturnType<typeof world.generate>['value'];

async function build({ keys, strategy }: World, deadlineMs = 60_000) {
  const behaviours = new Map<string, Behaviour>();
  const times = new Map<string, number>();
  const fixtureKeys = keys.map((key, index) => {
    const ref: KeyRef = `${key.provider}/${index + 1}`;
    behaviours.set(ref, key.behaviour);
    const limits = key.tokensPerDay === undefined ? {} : { tokensPerDay: key.tokensPerDay };
    return { ref, priority: key.priority, enabled: !key.disabled, limits };
  });
  const refusing: string[] = [];
  const http = new ScriptedHttp(({ secret, model }) => {
    const pair = `${secret} ${model}`;
    times.set(pair, (times.get(pair) ?? 0) + 1);
    const ref = fixtureKeys.find((key) => key.ref === secret)?.ref;
    if (ref !== undefined && knownToRefuse(fixture, ref, model)) refusing.push(pair);
    return script[behaviours.get(secret) ?? 'answers'](times.get(pair) ?? 1, model);
  });
  const fixture: RouterFixture = routerFixture({
    http,
    keys: fixtureKeys,
    providers,
    config: { strategy, deadlineMs, cacheEnabled: false },
  });
  for (const [index, { score }] of keys.entries()) {
    const key = fixture.keys[index];
    if (key !== undefined) await fixture.ledger.changeHealth(key.fingerprint, () => ({ score }));
  }
  return { fixture, http, refusing };
}

/** What the ledger says of this pair at the moment it is asked. */
function knownToRefuse(fixture: RouterFixture, ref: KeyRef, model: string): boolean {
  const key = fixture.keyAt(ref);
  const nowMs = fixture.clock.now();
  const blocks = fixture.ledger.blocks(accountOf(key), nowMs).filter(({ scope }) => scope === '*' || scope === model);
  const out = [
    ...fixture.ledger.modelsOut(`provider:${key.provider}`, nowMs),
    ...fixture.ledger.modelsOut(accountOf(key), nowMs),
  ];
  const { quarantine } = fixture.ledger.health(key.fingerprint);
  return (
    !key.enabled ||
    blocks.length > 0 ||
    fixture.ledger.blocks(`provider:${key.provider}`, nowMs).length > 0 ||
    out.some((each) => each.model === model) ||
    (quarantine !== undefined && nowMs < quarantine.untilMs)
  );
}

/** Runs all requests of a world; answers what each came to. */
async function play(given: World, deadlineMs?: number) {
  const built = await build(given, deadlineMs);
  const { fixture } = built;
  const one = () =>
    fixture.router.chat(question()).then(
      (answer) => (answer.degraded ? 'degraded' : 'served'),
      (error: unknown) => {
        if (error instanceof ChatError) return error.kind;
        throw error;
      },
    );
  const outcomes: string[] = [];
  for (let request = 0; request < given.requests; request += given.together ? given.requests : 1) {
    const asked = Array.from({ length: given.together ? given.requests : 1 }, one);
    await passTime(fixture, 4_000);
    outcomes.push(...(await Promise.all(asked)));
    await fixture.clock.advance(given.gapMs);
  }
  return { ...built, outcomes };
}

describe('for all keys, failures and clocks', () => {
  it('no key is asked while it is known to refuse', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        // Requests under way together may have been sent before the first one's refusal was known.
        const { refusing } = await play({ ...given, together: false });
        assert.deepEqual(refusing, []);
      }),
      many,
    );
  });

  it('as long as one eligible key would answer within the deadline, the request is served', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.constantFrom('answers', 'cooling', 'overloadedOnce'), async (given, good) => {
        // Hanging keys take 20 s for each of their models: two of them leave time enough of two minutes.
        const hanging = given.keys.filter((key) => key.behaviour === 'hangs').slice(0, 2);
        const others = given.keys.filter((key) => key.behaviour !== 'hangs' && isTheKeysOwn(key.behaviour));
        // In an outage of its provider a key gets one attempt, not a second.
        const isFair = ({ behaviour: kind }: { behaviour: Behaviour }): boolean =>
          good !== 'overloadedOnce' || !outages.has(kind);
        const sound = {
          behaviour: good,
          provider: 'gemini',
          priority: 9,
          score: 15,
          tokensPerDay: undefined,
          disabled: false,
        } as const;
        const { outcomes } = await play(
          { ...given, requests: 1, keys: [...[...others, ...hanging].filter(isFair), sound] },
          2 * minuteMs,
        );
        assert.deepEqual(outcomes, ['served']);
      }),
      many,
    );
  });

  it('total attempts are bounded by the pairs and their retries', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { http, fixture } = await play({ ...given, requests: 1 });
        const pairs = fixture.keys.length * models.length;
        const retries = 2 * pairs;
        const waits = (await fixture.router.explain())?.waits.length ?? 0;
        assert.ok(http.asked.length <= pairs + retries + waits, `${http.asked.length} attempts for ${pairs} pairs`);
      }),
      many,
    );
  });

  it('every reservation is resolved, whoever gives up when', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.integer({ min: 0, max: 30 }), async (given, turns) => {
        const { fixture } = await build(given);
        const gives = new AbortController();
        const asked = [gives.signal, undefined].map((signal) =>
          fixture.router.chat(question(signal === undefined ? {} : { signal })).catch(() => undefined),
        );
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        gives.abort();
        await passTime(fixture, 4_000);
        await Promise.all(asked);
        assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
        assert.equal(fixture.router.busy, 0);
        assert.equal(fixture.clock.pending, 0, 'no timer is left behind');
      }),
      many,
    );
  });

  it('every route ends within its deadline, or with the attempt that had begun before it', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { fixture } = await build(given);
        const startedMs = fixture.clock.monotonic();
        const asked = fixture.router.chat(question()).catch(() => undefined);
        await passTime(fixture, 4_000);
        await asked;
        assert.ok(fixture.clock.monotonic() - startedMs <= minuteMs);
      }),
      many,
    );
  });

  it('a ranked key is always eligible, and the same snapshot gives the same choice', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.boolean(), async (given, probe) => {
        const { fixture } = await play({ ...given, requests: 2 });
        const { ledger, tracker, clock } = fixture;
        const nowMs = clock.now();
        const sizer = new Sizer(question(), { tracker, ledger });
        const lanes = lanesOf(fixture.providers, fixture.keys);
        const snapshot: Snapshot = {
          nowMs,
          ledger,
          room: ({ key, provider, model }, tokens) => tracker.room(key, provider, model.id, tokens, nowMs),
          size: (candidate) => sizer.of(candidate),
          wanted: () => true,
          secretPresent: () => true,
          originConfirmed: () => true,
          timedOut: () => false,
          mayPass: () => false,
          busy: () => undefined,
          tried: new Tried(),
        };
        const shareLeft = ({ key, provider, model }: (typeof lanes)[number]['candidates'][number]) =>
          tracker.shareLeft(key, provider, model.id, nowMs);
        const choice = choose(lanes, snapshot, { strategy: given.strategy, probe, shareLeft });
        assert.deepEqual(choose(lanes, snapshot, { strategy: given.strategy, probe, shareLeft }), choice);
        const all = lanes.flatMap(({ candidates }) => candidates);
        if (choice.taken === undefined) {
          for (const candidate of all) assert.notEqual(obstacleOf(candidate, snapshot), undefined);
          return;
        }
        const { candidate, cap } = choice.taken;
        const obstacle = obstacleOf(candidate, snapshot);
        assert.equal(obstacle === undefined || obstacle.fittingCap === cap, true);
        const { prompt } = sizer.of(candidate);
        const room = tracker.room(candidate.key, candidate.provider, candidate.model.id, prompt + cap, nowMs);
        assert.equal(room.ok, true);
      }),
      many,
    );
  });
});

const outages: ReadonlySet<Behaviour> = new Set(['overloaded', 'overloadedOnce', 'hangs', 'reset']);

/** What ends the matter for a key or its provider's turn, and not for the whole request. */
function isTheKeysOwn(kind: Behaviour): boolean {
  return kind !== 'badField' && kind !== 'filtered' && kind !== 'gone';
}
