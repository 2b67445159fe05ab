import type { Workbench } from '../../harness/workbench/workbench.ts';

export const extensionId = 'ai-keys.ai-keys';

/** An error as Node prints it, in the sample's own files. */
export const sampleError = (workspaceDir: string): string =>
  [
    `${workspaceDir}/shop/customers.ts:14`,
    '  return customer.discount;',
    '',
    "TypeError: Cannot read properties of undefined (reading 'discount')",
    `    at discountOf (${workspaceDir}/shop/customers.ts:14:19)`,
  ].join('\n');

export async function importEnv(workbench: Workbench, expected: RegExp): Promise<void> {
  await workbench.openView('AI Keys');
  await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
  await workbench.quickInput.submit();
  await workbench.notifications.waitFor(expected);
}

/** Through the palette, with the error on the clipboard; what will be sent is shown first. */
export async function analyzeClipboard(workbench: Workbench, error: string): Promise<void> {
  await workbench.clipboard(error);
  await workbench.runToBox('AI Keys: Analyze Error', 'Analyze Error');
  await workbench.quickInput.submit();
}

export async function send(workbench: Workbench): Promise<void> {
  const panel = workbench.webview();
  await panel.button('Send').click();
}
