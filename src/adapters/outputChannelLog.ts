import type { LogOutputChannel } from 'vscode';
import type { Log } from '../core/ports.ts';

/** The output channel "AI Keys". What looks like a secret is masked, whoever wrote the line. */
export class OutputChannelLog implements Log {
  readonly #channel: LogOutputChannel;
  readonly #mask: (line: string) => string;

  constructor(channel: LogOutputChannel, mask: (line: string) => string) {
    this.#channel = channel;
    this.#mask = mask;
  }

  info(line: string): void {
    this.#channel.info(this.#mask(line));
  }

  warn(line: string): void {
    this.#channel.warn(this.#mask(line));
  }

  error(line: string): void {
    this.#channel.error(this.#mask(line));
  }
}
