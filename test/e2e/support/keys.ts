import type { Workbench } from '../../harness/workbench/workbench.ts';

/** As a person adds one; what the check finds is said in a toast. */
export async function addKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await beginKey(workbench, provider, secret);
  await workbench.quickInput.accept();
}

/** All but Enter. */
export async function beginKey(workbench: Workbench, provider: string, secret: string): Promise<void> {
  await openAddKey(workbench, provider);
  await workbench.quickInput.type(secret);
}

/** The box that takes a key of this provider. */
export async function openAddKey(workbench: Workbench, provider: string): Promise<void> {
  await workbench.runAndPick('AI Keys: Add Key', provider);
  await workbench.quickInput.waitForTitle(`Add ${provider} Key`);
}

/** What the tree says of each key that is on the screen. */
export const keyRows = async (workbench: Workbench): Promise<readonly string[]> =>
  (await workbench.tree().texts()).filter((text) => /^Key \d/.test(text));
