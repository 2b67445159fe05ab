import type { Workbench } from '../../harness/workbench/workbench.ts';

/** As a person adds one; what the check finds is said in a toast. */
export async function addKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await beginKey(workbench, provider, secret);
  await workbench.quickInput.accept();
}

/** All but Enter. */
export async function beginKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await workbench.runAndPick('AI Keys: Add Key', provider);
  await workbench.quickInput.waitForTitle(`Add ${provider} Key`);
  await workbench.quickInput.type(secret);
}
