import type { Workbench } from '../../harness/workbench/workbench.ts';

/** As a person adds one; what the check finds is said in a toast. */
export async function addKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await beginKey(workbench, provider, secret);
  await workbench.quickInput.accept();
}

/** All but Enter. */
export async function beginKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await workbench.runCommand('AI Keys: Add Key');
  await workbench.quickInput.pick(provider);
  await workbench.quickInput.waitForTitle(`Add ${provider} Key`);
  await workbench.quickInput.type(secret);
}
