import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { defaultSettings } from '../../../src/core/settings/settings.ts';
import { commandIds } from '../../../src/editor/commands/commandIds.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));

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
      commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
      configuration: z.object({
        properties: z.record(z.string(), z.object({ scope: z.string(), default: z.unknown() })),
      }),
    }),
  })
  .parse(read('package.json'));
const words = z.record(z.string(), z.string()).parse(read('package.nls.json'));
const { commands, configuration } = manifest.contributes;
const settings = Object.entries(configuration.properties);

describe('the manifest', () => {
  it('offers exactly the commands that exist, each with title and category', () => {
    assert.deepEqual(commands.map(({ command }) => command).toSorted(), [...commandIds].toSorted());
    for (const { command, title, category } of commands) {
      assert.equal(category, 'AI Keys', command);
      assert.ok(words[title.replaceAll('%', '')], `${command} has a title in words`);
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
