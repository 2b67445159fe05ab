import type { L10n } from '../../../src/core/ports.ts';

/** English as written, arguments filled in; a place for which there is none stays, as in VS Code. */
export const plainL10n: L10n = {
  t: (message, ...args) =>
    message.replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place)),
};
