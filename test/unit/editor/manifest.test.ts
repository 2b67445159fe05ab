import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { defaultSettings } from '../../../src/core/settings/settings.ts';
import { commandIds, contextKeys } from '../../../src/editor/commands/commandIds.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));

const walkthroughStep = z.object({
  title: z.string(),
  description: z.string(),
  media: z.object({ svg: z.string(), altText: z.string() }),
  completionEvents: z.array(z.string()),
});

const manifest = z
  .object({
    name: z.string(),
    publisher: z.string(),
    displayName: z.string(),
    license: z.string(),
    icon: z.string(),
    activationEvents: z.array(z.string()),
    extensionKind: z.array(z.string()),
    enabledApiProposals: z.undefined().optional(),
    capabilities: z.object({ untrustedWorkspaces: z.object({ supported: z.literal('limited') }) }),
    contributes: z.object({
      commands: z.array(
        z.object({
          command: z.string(),
          title: z.string(),
          category: z.string(),
          enablement: z.string().optional(),
        }),
      ),
      walkthroughs: z.array(z.object({ title: z.string(), description: z.string(), steps: z.array(walkthroughStep) })),
      viewsWelcome: z.array(z.object({ contents: z.string(), when: z.string() })),
      menus: z.record(z.string(), z.array(z.object({ command: z.string(), when: z.string() }))),
      keybindings: z.array(z.object({ command: z.string(), when: z.string() })),
      configuration: z.object({
        properties: z.record(z.string(), z.object({ scope: z.string(), default: z.unknown() })),
      }),
    }),
  })
  .parse(read('package.json'));
const words = z.record(z.string(), z.string()).parse(read('package.nls.json'));
const { commands, configuration, walkthroughs, viewsWelcome, menus, keybindings } = manifest.contributes;
const inWords = (text: string): string => text.replaceAll(/%([\w.]+)%/g, (_, name: string) => words[name] ?? '');
const settings = Object.entries(configuration.properties);

describe('the manifest', () => {
  it('offers exactly the commands that exist, each with title and category', () => {
    assert.deepEqual(commands.map(({ command }) => command).toSorted(), [...commandIds].toSorted());
    for (const { command, title, category } of commands) {
      assert.equal(category, 'AI Keys', command);
      assert.ok(words[title.replaceAll('%', '')], `${command} has a title in words`);
    }
  });

  it('leads from nothing to alerts in steps that each lead on, complete by themselves and say what their picture shows', () => {
    const [first, ...more] = walkthroughs;
    assert.deepEqual(more, []);
    const steps = first?.steps ?? [];
    const buttons = steps.map(({ description }) =>
      [...inWords(description).matchAll(/\]\(command:([\w.]+)\)/g)].map(([, command]) => command),
    );
    assert.deepEqual(buttons, [
      ['aiKeys.tryWithoutKey'],
      ['aiKeys.importEnv', 'aiKeys.addKey'],
      ['aiKeys.analyzeError'],
      ['aiKeys.openDashboard'],
      ['aiKeys.setUpTelegram', 'aiKeys.setUpEmail'],
    ]);
    for (const { title, media, completionEvents } of steps) {
      assert.notEqual(inWords(title), '');
      assert.notEqual(inWords(media.altText), '', title);
      const picture = readFileSync(new URL(`../../../${media.svg}`, import.meta.url), 'utf8');
      assert.doesNotMatch(picture, /<style|style=/, 'the page that shows it allows no style of its own');
      assert.match(picture, /fill="var\(--vscode-foreground/, 'it follows the theme');
      assert.match(completionEvents.join(' '), /^onContext:aiKeys\.\w+$/, title);
    }
  });

  it('enables each command only where it makes sense', () => {
    const needs = new Map(commands.flatMap(({ command, enablement }) => (enablement ? [[command, enablement]] : [])));
    assert.deepEqual(Object.fromEntries(needs), {
      'aiKeys.editKey': 'aiKeys.hasKeys',
      'aiKeys.removeKey': 'aiKeys.hasKeys',
      'aiKeys.enableKey': 'aiKeys.hasDisabledKeys',
      'aiKeys.disableKey': 'aiKeys.hasEnabledKeys',
      'aiKeys.moveKeyUp': 'aiKeys.canMoveKeys',
      'aiKeys.moveKeyDown': 'aiKeys.canMoveKeys',
      'aiKeys.checkKey': 'aiKeys.hasKeys',
      'aiKeys.checkAllKeys': 'aiKeys.hasEnabledKeys',
      'aiKeys.refreshModels': 'aiKeys.canAskProviders',
      'aiKeys.forgetLearned': 'aiKeys.hasKeys',
      'aiKeys.explainRoute': 'aiKeys.hasRoutes',
      'aiKeys.refresh': 'aiKeys.hasKeys',
      'aiKeys.exportEnv': 'aiKeys.hasKeys',
      'aiKeys.exportBackup': 'aiKeys.hasKeys',
    });
  });

  it('names only commands and context keys that exist', () => {
    const texts = [
      ...Object.values(menus).flat(),
      ...keybindings,
      ...commands.map(({ command, enablement = '' }) => ({ command, when: enablement })),
      ...viewsWelcome.map(({ when }) => ({ command: commandIds[0], when })),
      ...walkthroughs.flatMap(({ steps }) =>
        steps.map(({ completionEvents }) => ({ command: commandIds[0], when: completionEvents.join(' ') })),
      ),
    ];
    const known = new Set<string>([...contextKeys, 'aiKeys.keys']);
    for (const { command, when } of texts) {
      const ofVsCode = command.startsWith('workbench.') || command === 'runCommands';
      assert.ok(commandIds.some((id) => id === command) || ofVsCode, command);
      for (const [name] of when.matchAll(/aiKeys\.\w+/g)) assert.ok(known.has(name), `${command}: ${name}`);
    }
  });

  it('keeps every setting out of the reach of a workspace', () => {
    assert.deepEqual(
      settings.filter(([, { scope }]) => scope !== 'application').map(([name]) => name),
      [],
    );
  });

  it('has the defaults that the code has', () => {
    for (const [name, value] of Object.entries(defaultSettings)) {
      assert.deepEqual(configuration.properties[`aiKeys.${name}`]?.default, value, name);
    }
  });

  it('is what the contract says it is', () => {
    const { name, publisher, displayName, license, extensionKind, activationEvents } = manifest;
    assert.deepEqual([publisher, name, displayName, license], ['ai-keys', 'ai-keys', 'AI Keys', 'MIT']);
    assert.deepEqual(extensionKind, ['ui', 'workspace']);
    assert.deepEqual(activationEvents, ['onStartupFinished']);
    assert.match(manifest.icon, /\.png$/);
  });
});
