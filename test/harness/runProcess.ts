import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';

export type ProcessResult = { readonly code: number; readonly output: string };

type Options = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Passes the output on while it comes. */
  readonly echo?: boolean;
};

/** Runs to the end; the output is stdout and stderr in the order they came. */
export function runProcess(command: string, args: readonly string[], options: Options = {}): Promise<ProcessResult> {
  const spawnOptions: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  };
  const child = spawn(command, args, spawnOptions);
  let output = '';
  for (const [stream, out] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (options.echo === true) out.write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs to the end and throws with the tail of the output when it fails. */
export async function runOrThrow(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { code, output } = await runProcess(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`);
  return output;
}

/** Asks a process and its children to end, then makes them. Started with `detached: true`. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const forced = setTimeout(() => signalGroup(child, 'SIGKILL'), 5000);
  await ended;
  clearTimeout(forced);
  signalGroup(child, 'SIGKILL');
}

/** Ends them at once, as a crash does. */
export async function killGroup(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child, 'SIGKILL');
  await ended;
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

export function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) signal(process.platform === 'win32' ? pid : -pid, name);
}

/** Nothing where the process is already gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}

/** The extension hosts of VS Code among the processes of a group, by their ids. */
export async function extensionHosts(group: number): Promise<readonly number[]> {
  const { output } = await runProcess('ps', ['-A', '-o', 'pgid=', '-o', 'pid=', '-o', 'args=']);
  return output.split('\n').flatMap((line) => {
    const [pgid, pid] = line.trim().split(/\s+/, 2).map(Number);
    return pgid === group && pid !== undefined && line.includes('--type=extensionHost') ? [pid] : [];
  });
}
