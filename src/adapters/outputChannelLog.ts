import type { LogOutputChannel } from 'vscode';
import { lazy } from '../core/lazy.ts';
import type { Log } from '../core/ports.ts';

type Mask = (line: string) => string;

/**
 * The output channel "AI Keys". What looks like a secret is masked, whoever wrote the line; the masks
 * are loaded with the first line, and lines keep their order.
 */
export class OutputChannelLog implements Log {
  readonly #channel: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly #load: () => Promise<void>;
  /** Lines that wait for the masks. */
  #waiting: (() => void)[] = [];
  #mask: Mask | undefined;

  constructor(channel: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>, load: () => Promise<Mask>) {
    this.#channel = channel;
    this.#load = lazy(async () => {
      const mask = await load();
      this.#mask = mask;
      for (const write of this.#waiting.splice(0)) write();
    });
  }

  info(line: string): void {
    this.#write((masked) => this.#channel.info(masked), line);
  }

  warn(line: string): void {
    this.#write((masked) => this.#channel.warn(masked), line);
  }

  error(line: string): void {
    this.#write((masked) => this.#channel.error(masked), line);
  }

  #write(write: (masked: string) => void, line: string): void {
    if (this.#mask !== undefined) {
      write(this.#mask(line));
      return;
    }
    this.#waiting.push(() => write(this.#mask?.(line) ?? ''));
    // Where it fails, the lines wait for the next one.
    this.#load().catch(() => undefined);
  }
}
