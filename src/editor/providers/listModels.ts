import * as vscode from 'vscode';

import type { Secret } from '../../core/keys/secret.ts';
import type { ModelsResult } from '../../core/providers/chatCall.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { ProviderPorts } from './providerPorts.ts';

/** The provider's own list, asked for while the user may leave. */
export async function listModels(
  provider: Provider,
  secret: Secret | undefined,
  { client }: Pick<ProviderPorts, 'client'>,
): Promise<ModelsResult> {
  const title = vscode.l10n.t('Asking {0} for its models', provider.displayName);
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const leave = new AbortController();
    token.onCancellationRequested(() => leave.abort());
    return client.models(provider, secret, leave.signal);
  });
}
