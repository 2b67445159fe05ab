// What the host's side of a panel takes from VS Code: an English one's language, texts and addresses.

import { plainL10n } from '../../unit/support/plainL10n.ts';

export const env = { language: 'en' };
export const l10n = plainL10n;

export const Uri = {
  joinPath: (base: URL, ...parts: readonly string[]): URL => new URL(parts.join('/'), base),
};
