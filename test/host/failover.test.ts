import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { HostDesk, question } from './support/hostDesk.ts';

describe('Failover in the extension host', () => {
  let desk: HostDesk;
  let groq: Simulator;

  before(async () => {
    desk = await HostDesk.open();
    groq = await startGroq({ limits: 'none' });
    await desk.set('aiKeys.providers', { groq: { baseUrl: groq.baseUrl } });
  });
  after(async () => {
    await desk.clear();
    await groq.stop();
  });

  it('asks a refused key once, answers with the second, and the caller sees no error', async () => {
    const first = await desk.addKey('groq', groq.key('refused'));
    const second = await desk.addKey('groq', groq.key('good'));
    const answers = [await desk.api.chat(question()), await desk.api.chat(question())];
    assert.deepEqual(
      answers.map(({ key, degraded }) => [key, degraded]),
      [
        [second, false],
        [second, false],
      ],
    );
    assert.deepEqual(
      answers[0]?.route.attempts.map(({ key, outcome }) => [key, outcome]),
      [
        [first, 'authInvalid'],
        [second, 'ok'],
      ],
    );
    assert.equal(groq.chatsOf(groq.key('refused')).length, 1);
    assert.equal(groq.chatsOf(groq.key('good')).length, 2);
    assert.deepEqual(await desk.api.explainRoute(), answers[1]?.route);
    const { groq: isValid } = await desk.api.validateModelKeys();
    assert.equal(isValid, true);
  });

  it('writes one line an attempt into the log, whose route shows the trace as a hover', async () => {
    const { id } = (await desk.api.chat(question())).route;
    await vscode.commands.executeCommand('aiKeys.showLog');
    const shown = await eventually(() => {
      const log = vscode.workspace.textDocuments.find(
        ({ uri, getText }) => uri.scheme === 'output' && getText().includes(id),
      );
      return log;
    });
    const line = shown
      .getText()
      .split('\n')
      .findIndex((text) => text.includes(`[route ${id}]`));
    assert.match(shown.lineAt(line).text, /Groq Key \d+ answered .* tokens/);
    const at = new vscode.Position(line, shown.lineAt(line).text.indexOf(id));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', shown.uri, at);
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')),
    );
    assert.match(texts.join('\n'), /Why this key\?/);
  });

  it('refreshes the models of a provider: one that it no longer serves is not asked for', async () => {
    const [first = ''] = groq.models;
    groq.removeModel(first);
    try {
      await vscode.commands.executeCommand('aiKeys.refreshModels');
      const answer = await desk.api.chat(question());
      assert.notEqual(answer.model, `groq/${first}`);
      assert.equal(answer.route.attempts.length, 1, 'without trying the one that is gone');
    } finally {
      groq.restoreModel(first);
      await vscode.commands.executeCommand('aiKeys.refreshModels');
    }
    assert.equal((await desk.api.chat(question())).model, `groq/${first}`, 'one that is served again is');
  });

  it('takes a new OpenAI-compatible provider from one settings entry, and nothing else', async () => {
    const { startLocal } = await import('../simulator/local/local.ts');
    const local = await startLocal({ limits: 'none' });
    try {
      const model = local.models[0] ?? '';
      await desk.set('aiKeys.providers', { 'my-llm': { baseUrl: local.baseUrl, models: [model], needsKey: false } });
      const answer = await desk.api.chat({ ...question(), provider: 'my-llm' });
      assert.deepEqual([answer.provider, answer.model, answer.degraded], ['my-llm', `my-llm/${model}`, false]);
    } finally {
      await local.stop();
    }
  });
});

/** Output reaches its document a little later. */
async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (let turn = 0; turn < 200; turn += 1) {
    const seen = look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not come');
}
