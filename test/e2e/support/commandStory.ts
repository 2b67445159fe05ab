import type { CommandId } from '../../../src/editor/commands/commandIds.ts';
import { eventually } from '../../harness/workbench/eventually.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { commandTitles } from './commandTitles.ts';
import type { Fixture } from './withWorkbench.ts';

export type CommandFixture = Fixture<{ readonly groq: () => Promise<Simulator> }>;

/** Commands that belong together, played one after the other in one window. */
export type CommandStory = {
  readonly title: string;
  /** How many good keys of Groq there are when it begins. */
  readonly keys: number;
  /** Plays the command from the palette and looks at what it did. */
  readonly cases: { readonly [Id in CommandId]?: (fixture: CommandFixture) => Promise<void> };
};

const titleOf = commandTitles();
export const named = (id: CommandId): string => titleOf.get(id) ?? id;

export const run = ({ workbench }: CommandFixture, id: CommandId): Promise<void> => workbench.runCommand(named(id));

export const closeAll = ({ workbench }: CommandFixture): Promise<void> =>
  workbench.runCommand('View: Close All Editors');

export const keyRow = ({ workbench }: CommandFixture, number: number, rest = ''): Promise<void> =>
  workbench
    .tree()
    .row(new RegExp(`Key ${number}(?!\\d).*${rest}`))
    .waitFor();

export async function comesToOrder({ workbench }: CommandFixture, numbers: string): Promise<void> {
  const order = async (): Promise<string> =>
    (await workbench.tree().texts()).flatMap((text) => /Key (\d)/.exec(text)?.[1] ?? []).join('');
  await eventually(async () => (await order()) === numbers, { what: `the order ${numbers}` });
}

/** A command that begins with a list of keys of this title, and the one key taken from it. */
export async function runFor({ workbench }: CommandFixture, id: CommandId, title: string, key: string): Promise<void> {
  await workbench.runToBox(named(id), title);
  await workbench.quickInput.check(key, true);
  await workbench.quickInput.pressButton('OK');
}
