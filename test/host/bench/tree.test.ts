// For the bench: how long the extension host stands still while the tree shows a thousand keys. Judged nowhere here.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { demoKey } from '../../simulator/demoKey.ts';
import { question, withHost } from '../support/hostFixture.ts';

const each = 500;

/** Milliseconds of processor time of this thread: a machine that is busy elsewhere does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Runs it and answers the longest single turn of the event loop meanwhile. */
async function longestTurn(run: () => Promise<void>): Promise<number> {
  let longestMs = 0;
  let lastMs = cpuMs();
  let running = true;
  const look = (): void => {
    const nowMs = cpuMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (running) setImmediate(look);
  };
  setImmediate(look);
  await run();
  running = false;
  return longestMs;
}

/** The tree says to nobody when it is painted. */
const painted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3_000));

describe('a thousand keys in the tree', () => {
  it(
    'is measured',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      const lines = Array.from({ length: each }, (_, index) => [
        `GROQ_API_KEY_${index + 1}=${groq.key('good', index + 1)}`,
        `GEMINI_API_KEY_${index + 1}=${demoKey('gemini', 'good', index + 1)}`,
      ]).flat();
      await host.testing.importEnv(lines.join('\n'));
      const chat = async (): Promise<void> => void (await host.api.chat({ ...question(), provider: 'groq' }));
      await chat();
      await painted();
      const openMs = await longestTurn(async () => {
        await vscode.commands.executeCommand('aiKeys.keys.focus');
        await painted();
      });
      const updateMs = await longestTurn(async () => {
        for (let count = 0; count < 10; count += 1) await chat();
        // Every row changes with the day.
        host.setClock(Date.now() + 86_400_000);
        await chat();
        await painted();
      });
      assert.equal(Object.keys(host.api.getAllStats()['groq'] ?? {}).length, each);
      const extension = vscode.extensions.getExtension('ai-keys.ai-keys');
      assert.ok(extension);
      writeFileSync(join(extension.extensionPath, 'out', 'treeBench.json'), JSON.stringify({ openMs, updateMs }));
    }),
  ).timeout(300_000);
});
