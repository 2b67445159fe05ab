import * as vscode from 'vscode';

import type { CommandId } from '../commands/commandIds.ts';
import { registerCommand, type RunCommand } from '../commands/registerCommand.ts';
import type { AnalysisDesk } from './analysisDesk.ts';
import type { AnalysisPorts } from './analysisPorts.ts';
import { ProblemActions } from './problemActions.ts';

/** Commands, quick fix and panel of the analysis; what they need is loaded when one is first used. */
export function registerAnalysis(ports: AnalysisPorts): vscode.Disposable {
  let opened: AnalysisDesk | undefined;
  const desk = async (): Promise<AnalysisDesk> => {
    const { AnalysisDesk: Desk } = await import('./analysisDesk.ts');
    return (opened ??= new Desk(ports));
  };
  const register = (id: CommandId, run: RunCommand): vscode.Disposable => registerCommand(id, ports.log, run);
  return vscode.Disposable.from(
    register('aiKeys.analyzeError', async (argument) => (await desk()).analyze(argument)),
    register('aiKeys.ask', async (argument) => (await desk()).ask(argument)),
    register('aiKeys.tryWithoutKey', async (argument) => (await desk()).tryWithoutKey(argument)),
    vscode.languages.registerCodeActionsProvider('*', new ProblemActions(), {
      providedCodeActionKinds: ProblemActions.kinds,
    }),
    vscode.window.registerWebviewPanelSerializer('aiKeys.analysis', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await desk()).restore(panel, state),
    }),
    new vscode.Disposable(() => opened?.dispose()),
  );
}
