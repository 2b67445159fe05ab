import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheDir } from '../project.ts';
import { killGroup, runOrThrow, signalGroup, stopGroup } from '../runProcess.ts';

const CODE_SERVER_VERSION = '4.139.1';
const VSCODE_VERSION = '1.139.1';

/** VS Code's server as the npm package `code-server` carries it. */
export type CodeServer = { readonly entry: string; readonly vscodeVersion: string };

/**
 * Installs it once into the cache. Without install scripts no native module is built, which takes seconds instead of
 * minutes; the integrated terminal works by the binaries that come with node-pty.
 */
export async function ensureCodeServer(): Promise<CodeServer> {
  const home = join(cacheDir, `code-server-${CODE_SERVER_VERSION}`);
  const server = {
    entry: join(home, 'node_modules/code-server/out/node/entry.js'),
    vscodeVersion: VSCODE_VERSION,
  };
  if (!existsSync(join(home, 'complete'))) await installCodeServer(home);
  const vscode = join(home, 'node_modules/code-server/lib/vscode');
  if (!existsSync(join(vscode, 'extensions/node_modules/typescript')))
    await installDependencies(join(vscode, 'extensions'));
  await placeStandIns(join(vscode, 'node_modules/@vscode'));
  return server;
}

async function installCodeServer(home: string): Promise<void> {
  const draft = `${home}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
  await npmInstall(draft, `code-server@${CODE_SERVER_VERSION}`);
  await installDependencies(join(draft, 'node_modules/code-server/lib/vscode'));
  await writeFile(join(draft, 'complete'), `${new Date().toISOString()}\n`);
  await rm(home, { recursive: true, force: true });
  await rename(draft, home);
}

/** Of the workbench itself, or of its own extensions: they share one TypeScript, which finds errors as people type. */
const installDependencies = (folder: string): Promise<void> => npmInstall(folder, '--omit=dev');

async function npmInstall(cwd: string, what: string): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await runOrThrow(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', what], { cwd });
}

async function placeStandIns(scope: string): Promise<void> {
  const standIns = join(import.meta.dirname, 'standIns');
  await place(join(standIns, 'spdlog.cjs'), join(scope, 'spdlog/index.js'));
  await place(join(standIns, 'nativeWatchdog.cjs'), join(scope, 'native-watchdog/index.js'));
}

/** Never touches a file that is right already: another server may be reading it at this moment. */
async function place(source: string, target: string): Promise<void> {
  const [wanted, there] = await Promise.all([readFile(source), readFile(target)]);
  if (wanted.equals(there)) return;
  const draft = `${target}.${process.pid}`;
  await writeFile(draft, wanted);
  await rename(draft, target);
}

export type ServerOptions = {
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** The same port again keeps the browser's storage of an earlier run, which is bound to the origin. */
  readonly port?: number;
  /** Lets the page's URL name an extension under test and its suites. */
  readonly smokeTestDriver?: boolean;
  readonly env?: NodeJS.ProcessEnv;
};

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  /** Its own process and all that it starts: extension hosts, terminals. */
  readonly processGroup: number;
  stop(): Promise<void>;
  /** Without a chance to clean up. */
  kill(): Promise<void>;
};

export async function startCodeServer(server: CodeServer, options: ServerOptions): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  const args = [
    server.entry,
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...directories(options),
    ...(options.smokeTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  // One that runs its tests may be ended at any time: nothing is left running then.
  const killAtExit = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.removeListener('exit', killAtExit));
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    processGroup: child.pid ?? 0,
    stop: () => stopGroup(child),
    kill: () => killGroup(child),
  };
}

export async function installExtension(server: CodeServer, options: ServerOptions, vsix: string): Promise<void> {
  await runOrThrow(process.execPath, [server.entry, ...directories(options), '--install-extension', vsix]);
}

function directories({ dataDir, extensionsDir }: ServerOptions): string[] {
  const config = join(dataDir, 'code-server.yaml');
  return ['--user-data-dir', dataDir, '--extensions-dir', extensionsDir, '--config', config];
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (text: string): void => {
      output += text;
      if (output.includes('HTTP server listening')) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`code-server ended with ${code ?? 'a signal'}:\n${output.slice(-2000)}`)),
    );
  });
}

const firstPort = 20_000;
const ports = 10_000;

/** Below those that the system gives to outgoing connections: a server that is started again finds it free again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * ports);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
