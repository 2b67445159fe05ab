import type { L10n } from '../../../src/core/ports.ts';

/** English as written, arguments filled in. */
export const plainL10n: L10n = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};
