import * as vscode from 'vscode';
import type { Cancel } from '../core/ports.ts';
import { readHttpConfig } from './httpSettings.ts';
import type { HttpConfig } from './proxyChoice.ts';

/** Proxy and certificates as VS Code's settings and the environment have them now. */
export const vscodeHttpConfig = (): HttpConfig =>
  readHttpConfig(vscode.workspace.getConfiguration('http'), process.env);

export function onHttpConfigChanged(listener: () => void): Cancel {
  const watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('http')) listener();
  });
  return () => {
    watch.dispose();
  };
}
