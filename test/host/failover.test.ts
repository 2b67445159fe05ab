import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../harness/workbench/eventually.ts';
import { startLocal } from '../simulator/local/local.ts';
import { freshKey, question, withHost } from './support/hostFixture.ts';

describe('Failover in the extension host', () => {
  it(
    'asks a refused key once, answers with the second, and the caller sees no error',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      const secrets = { refused: freshKey(groq, 'refused'), good: freshKey(groq, 'good') };
      const first = await host.addKey('groq', secrets.refused);
      const second = await host.addKey('groq', secrets.good);
      const answers = [await host.api.chat(question()), await host.api.chat(question())];
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
      assert.equal(groq.chatsOf(secrets.refused).length, 1);
      assert.equal(groq.chatsOf(secrets.good).length, 2);
      assert.deepEqual(await host.api.explainRoute(), answers[1]?.route);
      const { groq: isValid } = await host.api.validateModelKeys();
      assert.equal(isValid, true);
    }),
  );

  it(
    'writes one line an attempt into the log, whose route shows the trace as a hover',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      await host.addKey('groq', freshKey(groq, 'good'));
      const { id } = (await host.api.chat(question())).route;
      await vscode.commands.executeCommand('aiKeys.showLog');
      host.undo(() => vscode.commands.executeCommand('workbench.action.closePanel'));
      const shown = await eventually(
        async () =>
          vscode.workspace.textDocuments.find(
            ({ uri, getText }) => uri.scheme === 'output' && getText().includes(`[route ${id}]`),
          ),
        { what: 'the line of the route in the log' },
      );
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
    }),
  );

  it(
    'refreshes the models of a provider: one that it no longer serves is not asked for',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      await host.addKey('groq', freshKey(groq, 'good'));
      const [first = ''] = groq.models;
      groq.removeModel(first);
      await vscode.commands.executeCommand('aiKeys.refreshModels');
      const answer = await host.api.chat(question());
      assert.notEqual(answer.model, `groq/${first}`);
      assert.equal(answer.route.attempts.length, 1, 'without trying the one that is gone');
      groq.restoreModel(first);
      await vscode.commands.executeCommand('aiKeys.refreshModels');
      assert.equal((await host.api.chat(question())).model, `groq/${first}`, 'one that is served again is');
    }),
  );

  it(
    'takes a new OpenAI-compatible provider from one settings entry, and nothing else',
    withHost(async (host) => {
      const local = await startLocal({ limits: 'none' });
      host.undo(() => local.stop());
      const model = local.models[0] ?? '';
      await host.set('aiKeys.providers', { 'my-llm': { baseUrl: local.baseUrl, models: [model], needsKey: false } });
      const answer = await host.api.chat({ ...question(), provider: 'my-llm' });
      assert.deepEqual([answer.provider, answer.model, answer.degraded], ['my-llm', `my-llm/${model}`, false]);
    }),
  );
});
