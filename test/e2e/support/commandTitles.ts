import { readFileSync } from 'node:fs';
import * as z from 'zod';

const manifest = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string(), title: z.string() })) }),
});
const words = z.record(z.string(), z.string());

/** Of each command, what the palette shows of it: `AI Keys: Add Key`. */
export function commandTitles(): ReadonlyMap<string, string> {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
  const inWords = words.parse(read('package.nls.json'));
  const { commands } = manifest.parse(read('package.json')).contributes;
  return new Map(
    commands.map(({ command, title }) => [command, `AI Keys: ${inWords[title.replaceAll('%', '')] ?? title}`]),
  );
}
