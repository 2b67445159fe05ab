import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const projectDir = resolve(import.meta.dirname, '../..');
/** What a run leaves behind for people: packages, screenshots, logs. */
export const outDir = join(projectDir, 'out');
/** Downloads; everything in it can be fetched again. */
export const cacheDir = join(projectDir, '.vscode-test');

export const vsixFile = join(outDir, 'ai-keys.vsix');

type Manifest = { readonly name: string; readonly publisher: string; readonly version: string };

export const manifest = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8')) as Manifest;
export const extensionId = `${manifest.publisher}.${manifest.name}`;
