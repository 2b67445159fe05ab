import type { LogOutputChannel } from 'vscode';
import type { Log } from '../core/ports.ts';

type Mask = (line: string) => string;

/**
 * The output channel "AI Keys". What looks like a secret is masked, whoever wrote the line; the masks
 * are loaded with the first line, and lines keep their order.
 */
export class OutputChannelLog implements Log {
  readonly #channel: LogOutputChannel;
  readonly #load: () => Promise<Mask>;
  #queue: Promise<void> | undefined;
  #mask: Mask | undefined;

  constructor(channel: LogOutputChannel, load: () => Promise<Mask>) {
    this.#channel = channel;
    this.#load = load;
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
    const loading = this.#queue ?? this.#load().then((mask) => void (this.#mask = mask));
    this.#queue = loading.then(() => write(this.#mask?.(line) ?? ''));
  }
}
