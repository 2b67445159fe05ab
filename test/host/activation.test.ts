import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('AI Keys in the extension host', () => {
  it('runs in VS Code 1.106 or later', () => {
    const [major = 0, minor = 0] = vscode.version.split('.').map(Number);
    assert.ok(major > 1 || (major === 1 && minor >= 106), vscode.version);
  });

  it('activates with version 1 of its API', async () => {
    const extension = vscode.extensions.getExtension<{ readonly version: number }>('ai-keys.ai-keys');
    assert.ok(extension, 'the extension is not installed');
    const wasActive = extension.isActive;
    const startedMs = performance.now();
    const api = await extension.activate();
    const value = performance.now() - startedMs;
    assert.equal(api.version, 1);
    // For the bench, which runs this on the production build: measured here, judged nowhere.
    const file = join(extension.extensionPath, 'out', 'hostBench.json');
    if (!wasActive) writeFileSync(file, JSON.stringify({ activationMs: value }));
  });
});
