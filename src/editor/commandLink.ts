import type { CommandId } from './commands/commandIds.ts';

/** A link in a tooltip's Markdown; its text is Markdown already. */
export const commandLink = (text: string, command: CommandId, argument?: string): string =>
  argument === undefined
    ? `[${text}](command:${command})`
    : `[${text}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
