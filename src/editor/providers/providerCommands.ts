import * as vscode from 'vscode';

import { providerIn } from '../commands/keyArgument.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { addProvider } from './addProvider.ts';
import { editProvider } from './editProvider.ts';
import type { ProviderPorts } from './providerPorts.ts';

/** Providers by the user's own hand. No argument carries an address: one may name which provider to edit. */
export function registerProviderCommands(ports: ProviderPorts): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('aiKeys.addProvider', ports.log, () => addProvider(ports)),
    registerCommand('aiKeys.editProvider', ports.log, (argument) => editProvider(providerIn(argument), ports)),
  );
}
