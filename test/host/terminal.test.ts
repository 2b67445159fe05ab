import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { type HostFixture, withHost } from './support/hostFixture.ts';

type Execution = { readonly commandLine: string; readonly output: string; readonly exitCode: number | undefined };

/** A terminal of bash, or of PowerShell, whose shell tells of its commands. */
class WatchedTerminal {
  readonly #terminal: vscode.Terminal;
  readonly #integration: vscode.TerminalShellIntegration;

  private constructor(terminal: vscode.Terminal, integration: vscode.TerminalShellIntegration) {
    this.#terminal = terminal;
    this.#integration = integration;
  }

  static async open(host: HostFixture): Promise<WatchedTerminal> {
    const shell = process.platform === 'win32' ? {} : { shellPath: 'bash' };
    const terminal = vscode.window.createTerminal({ name: 'Watched', ...shell });
    host.undo(() => terminal.dispose());
    // It cannot have come yet: VS Code tells of it in a later turn.
    const { promise, resolve } = Promise.withResolvers<vscode.TerminalShellIntegration>();
    const listener = vscode.window.onDidChangeTerminalShellIntegration((event) => {
      if (event.terminal === terminal) resolve(event.shellIntegration);
    });
    host.undo(() => listener.dispose());
    return new WatchedTerminal(terminal, await promise);
  }

  /** Runs it, and answers what VS Code told of it: the output is read from its start on, the code comes with its end. */
  async run(command: string): Promise<Execution> {
    const output = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<vscode.TerminalShellExecutionEndEvent>();
    const listeners = [
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
        if (terminal === this.#terminal) textOf(execution.read()).then(output.resolve, output.reject);
      }),
      vscode.window.onDidEndTerminalShellExecution((event) => {
        if (event.terminal === this.#terminal) ended.resolve(event);
      }),
    ];
    try {
      this.#integration.executeCommand(command);
      const { execution, exitCode } = await ended.promise;
      return { commandLine: execution.commandLine.value, output: await output.promise, exitCode };
    } finally {
      for (const listener of listeners) listener.dispose();
    }
  }
}

/** Without colours, and without the marks of the shell integration. */
async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return stripVTControlCharacters(text);
}

describe('The integrated terminal of the VS Code that runs these tests', () => {
  it(
    'tells of a command with its output and its exit code',
    withHost(async (host) => {
      const terminal = await WatchedTerminal.open(host);
      const command = `node -e "console.log(6 * 7)"`;
      const { commandLine, output, exitCode } = await terminal.run(command);
      assert.equal(commandLine, command);
      assert.match(output, /^\s*42\s*$/);
      assert.equal(exitCode, 0);
    }),
  );

  it(
    'tells of one that fails, and of the next one that does not',
    withHost(async (host) => {
      const terminal = await WatchedTerminal.open(host);
      const failed = await terminal.run(`node -e "console.error('no such ' + 'customer'); process.exit(3)"`);
      assert.match(failed.output, /^\s*no such customer\s*$/);
      assert.equal(failed.exitCode, 3);
      const fine = await terminal.run(`node -e "console.log(['one', 'two'].join('\\n'))"`);
      assert.match(fine.output, /^\s*one\s+two\s*$/);
      assert.equal(fine.exitCode, 0);
    }),
  );
});
