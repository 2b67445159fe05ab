// `npm start`: AI Keys in a real VS Code, with a simulated provider and programs that fail.
// `npm start -- --check` plays the main job there unattended.

import { projectDir, vsixFile } from '../project.ts';
import { runOrThrow } from '../runProcess.ts';
import { check } from './check.ts';
import { show } from './show.ts';

await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir });
process.exitCode = process.argv.includes('--check') ? await check(vsixFile) : await show(vsixFile);
