import assert from 'node:assert/strict';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import type { Profile, Settings } from '../../harness/profile.ts';
import {
  channelSecrets,
  channelSettings,
  enterChannelSecrets,
  type ChannelState,
} from '../../harness/workbench/channelState.ts';
import { importKeys, openAsAnotherWindow, putKeys, type KeyState } from '../../harness/workbench/keyState.ts';
import { Session, type WindowSize } from '../../harness/workbench/session.ts';
import { VsCode } from '../../harness/workbench/vsCode.ts';
import type { Workbench } from '../../harness/workbench/workbench.ts';
import { Simulator } from '../../simulator/simulator.ts';
import { endSharedVsCode, sharedVsCode, trustingEnv } from './sharedVsCode.ts';

/** What a test needs outside VS Code: simulated providers, mail and message servers. */
type Starters = Readonly<Record<string, () => Promise<Stoppable>>>;
type Stoppable = { stop(): Promise<unknown> };
type Started<S extends Starters> = { readonly [Name in keyof S]: Awaited<ReturnType<S[Name]>> };

/** The state in which a test begins. */
export type Scene<S extends Starters> = {
  /** By name. A simulated provider under its own id is set as that provider's address. */
  readonly simulators?: S;
  /** Besides; what it says of a provider joins the address. */
  readonly settings?: (simulators: Started<S>) => Settings;
  readonly keys?: (simulators: Started<S>) => readonly KeyState[];
  /** Where alerts go. */
  readonly channels?: (simulators: Started<S>) => ChannelState;
  /** What was used, learned and told so far. */
  readonly usage?: (ledger: OpenLedger) => Promise<void>;
  /** Adds to the workspace, which is the sample. */
  readonly workspace?: (workspaceDir: string, simulators: Started<S>) => Promise<unknown>;
  readonly size?: WindowSize;
  /** In a VS Code and a browser that nobody used before: for a test that searches their files, or ends them. */
  readonly alone?: true;
};

export type Fixture<S extends Starters> = Started<S> & {
  readonly session: Session;
  readonly profile: Profile;
  /** The first window, with the view of AI Keys open. */
  readonly workbench: Workbench;
};

const openFixtures = new Set<() => Promise<void>>();

/** A test in a window on a fresh profile in a state of its own; nothing of it is left for the next one. */
export const withWorkbench = <const S extends Starters>(
  scene: Scene<S>,
  play: (fixture: Fixture<S>) => Promise<void>,
): ((this: Mocha.Context) => Promise<void>) =>
  async function () {
    const started = await startAll(scene.simulators);
    const vsCode = scene.alone === true ? await VsCode.start({ env: trustingEnv() }) : await sharedVsCode();
    const session = await Session.begin(vsCode, { settings: settingsOf(scene, started), ...sizeOf(scene) });
    const name = (this.test?.fullTitle() ?? 'unnamed').replaceAll(/[^\w-]+/g, '-').slice(0, 90);
    const giveUp = async (): Promise<void> => {
      openFixtures.delete(giveUp);
      await session.keepEvidence(name);
      await (scene.alone === true ? vsCode.stop() : endSharedVsCode());
      await cleanUp();
    };
    const cleanUp = async (): Promise<void> => {
      await Promise.all(Object.values<Stoppable>(started).map((simulator) => simulator.stop()));
      await session.profile.remove();
    };
    openFixtures.add(giveUp);
    try {
      const workbench = await begin(session, scene, started);
      await play({ ...started, session, profile: session.profile, workbench });
      for (const { policyViolations } of session.windows)
        assert.deepEqual(policyViolations, [], 'the browser reported');
    } catch (error) {
      if (openFixtures.has(giveUp)) await giveUp();
      throw error;
    }
    if (!openFixtures.delete(giveUp)) return;
    if (scene.alone === true) await vsCode.stop();
    await cleanUp();
  };

/** For a test that ran out of time, whose body still goes on. */
export async function giveUpOpenFixtures(): Promise<void> {
  for (const giveUp of openFixtures) await giveUp();
}

async function startAll<S extends Starters>(starters: S | undefined): Promise<Started<S>> {
  const entries = Object.entries(starters ?? {}).map(async ([name, start]) => [name, await start()] as const);
  // Each value is what the starter of this name has started.
  return Object.fromEntries(await Promise.all(entries)) as Started<S>;
}

const providerIds = new Set(['groq', 'gemini', 'mistral', 'huggingface']);

function settingsOf<S extends Starters>({ settings, channels }: Scene<S>, started: Started<S>): Settings {
  const given = settings?.(started) ?? {};
  const providers: Record<string, unknown> = { ...objectOf(given['aiKeys.providers']) };
  for (const [name, simulator] of Object.entries<Stoppable>(started)) {
    if (!providerIds.has(name) || !(simulator instanceof Simulator)) continue;
    const { baseUrl, checkUrl } = simulator;
    const address = name === 'huggingface' ? { baseUrl, checkUrl } : { baseUrl };
    providers[name] = { ...address, ...objectOf(providers[name]) };
  }
  return { ...channelSettings(channels?.(started) ?? {}), ...given, 'aiKeys.providers': providers };
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

const sizeOf = ({ size }: { readonly size?: WindowSize }) => (size === undefined ? {} : { size });

/** Puts keys, channels and usage in place, and opens the window and the view. */
async function begin<S extends Starters>(session: Session, scene: Scene<S>, started: Started<S>): Promise<Workbench> {
  const { profile, vsCode } = session;
  await scene.workspace?.(profile.workspaceDir, started);
  const keys = scene.keys?.(started) ?? [];
  const channels = scene.channels?.(started) ?? {};
  const needsPutting = keys.length > 0 || scene.channels !== undefined || scene.usage !== undefined;
  const { storeSecrets } = vsCode.running;
  if (storeSecrets !== undefined && needsPutting) {
    const database = await openAsAnotherWindow(profile);
    const secrets = await putKeys(profile, database, keys);
    await scene.usage?.(database);
    database.ledger.dispose();
    await storeSecrets([...secrets, ...channelSecrets(channels)]);
  }
  const workbench = await session.openWindow();
  // The browser's own, which outlives a profile.
  await workbench.clipboard('');
  await workbench.openView('AI Keys');
  if (storeSecrets === undefined && needsPutting) {
    if (keys.length > 0) await importKeys(profile, workbench, keys);
    await enterChannelSecrets(workbench, channels);
    const database = await openAsAnotherWindow(profile);
    await scene.usage?.(database);
    database.ledger.dispose();
  }
  const tree = workbench.tree();
  await (keys.length === 0 ? tree.welcome() : tree.rows.first()).waitFor();
  return workbench;
}
