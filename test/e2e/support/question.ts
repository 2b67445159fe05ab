import type { Workbench } from '../../harness/workbench/workbench.ts';

/** Through the palette; waits for these words of the answer, then closes the panel. */
export async function ask(workbench: Workbench, question: string, answer: string): Promise<void> {
  await workbench.runToBox('AI Keys: Ask a Question', 'Ask a Question');
  await workbench.quickInput.type(question);
  await workbench.quickInput.submit();
  await workbench.webview().waitForText(answer);
  await workbench.runCommand('View: Close All Editors');
  await workbench.focus();
}
