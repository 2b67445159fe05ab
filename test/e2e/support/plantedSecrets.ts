import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a secret could stand in a file without being seen at once. */
function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret, 'utf8');
  // Base64 of text that begins one or two bytes earlier looks different: its inner part is what stays.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(Math.ceil((shift * 4) / 3) + 1, -6),
    ),
  );
  return [bytes, Buffer.from(secret, 'utf16le'), Buffer.from(bytes.toString('hex')), ...base64];
}

/** Files below these folders that hold one of the secrets in any form, by their path. */
export async function filesWith(secrets: readonly string[], folders: readonly string[]): Promise<readonly string[]> {
  const forms = secrets.flatMap(formsOf);
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      if (forms.some((form) => content.includes(form))) found.push(file);
    }
  }
  return found;
}
