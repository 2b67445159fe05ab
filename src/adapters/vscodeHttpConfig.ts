import * as vscode from 'vscode';
import type { Cancel } from '../core/ports.ts';
import type { HttpConfig } from './proxyChoice.ts';

/** Proxy and certificates as VS Code's settings and the environment have them now. */
export function vscodeHttpConfig(): HttpConfig {
  const http = vscode.workspace.getConfiguration('http');
  return {
    proxy: http.get<string>('proxy'),
    noProxy: http.get<string[]>('noProxy'),
    strictSSL: http.get('proxyStrictSSL', true),
    proxySupport: http.get('proxySupport', 'override'),
    proxyAuthorization: http.get<string | null>('proxyAuthorization') ?? undefined,
    systemCertificates: http.get('systemCertificates', true),
    env: process.env,
  };
}

export function onHttpConfigChanged(listener: () => void): Cancel {
  const watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('http')) listener();
  });
  return () => {
    watch.dispose();
  };
}
