import { createVSIX } from '@vscode/vsce';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionId } from '../project.ts';

// What a page cannot see, another extension can: this one asks AI Keys for its API, as any extension
// may, and writes down each answer that AI Keys tells of.
const CODE = `
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
exports.activate = async (context) => {
  const api = await vscode.extensions.getExtension('${extensionId}').activate();
  context.subscriptions.push(api.onDidChange((event) => {
    if (event.kind === 'answered') writeFileSync(process.env.AI_KEYS_PROBE_FILE, JSON.stringify(event.answer));
  }));
};
`;

const MANIFEST = {
  name: 'ai-keys-probe',
  publisher: 'ai-keys-tests',
  version: '0.0.1',
  engines: { vscode: '^1.106.0' },
  main: './probe.js',
  files: ['probe.js'],
  activationEvents: ['onStartupFinished'],
  extensionDependencies: [extensionId],
};

/** An extension that notes the answers; installed in throw-away profiles only. */
export class Probe {
  readonly vsix: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.vsix = join(folder, 'probe.vsix');
    this.#file = join(folder, 'answer.json');
  }

  static async make(folder: string): Promise<Probe> {
    const probe = new Probe(folder);
    const source = join(folder, 'probe');
    await mkdir(source, { recursive: true });
    await writeFile(join(source, 'package.json'), JSON.stringify(MANIFEST));
    await writeFile(join(source, 'probe.js'), CODE);
    await createVSIX({
      cwd: source,
      packagePath: probe.vsix,
      dependencies: false,
      allowMissingRepository: true,
      skipLicense: true,
    });
    return probe;
  }

  /** For the extension host that it runs in. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, AI_KEYS_PROBE_FILE: this.#file };
  }

  /** The last answer; undefined until there is one. */
  async answer(): Promise<unknown> {
    return existsSync(this.#file) ? (JSON.parse(await readFile(this.#file, 'utf8')) as unknown) : undefined;
  }
}
