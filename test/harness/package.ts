// `npm run package`: out/ai-keys.vsix from a production build, never over its budget.

import { createVSIX, listFiles } from '@vscode/vsce';
import { mkdir, stat } from 'node:fs/promises';
import { outDir, projectDir, vsixFile } from './project.ts';

const BUDGET_BYTES = 1_000_000;

process.chdir(projectDir);
await mkdir(outDir, { recursive: true });
await createVSIX({ cwd: projectDir, packagePath: vsixFile, dependencies: false });
const { size } = await stat(vsixFile);
const files = await listFiles({ cwd: projectDir });
console.log(`packaged ${files.length} files, ${Math.ceil(size / 1000)} KB: ${vsixFile}`);
if (size > BUDGET_BYTES) {
  console.error(`the package has ${size} bytes, its budget is ${BUDGET_BYTES}`);
  process.exitCode = 1;
}
