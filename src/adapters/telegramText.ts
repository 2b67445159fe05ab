/** Telegram counts UTF-16 units after its own parsing, and refuses more than 4,096. */
const maxUnits = 4_000;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>]/g, (character) => entities[character] ?? character);

/** Parts of at most 4,000 units, cut after a line where there is one, never inside a character. */
export function splitText(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > maxUnits) {
    const at = cutAt(rest);
    parts.push(rest.slice(0, at));
    rest = rest.slice(rest[at] === '\n' ? at + 1 : at);
  }
  return rest === '' ? parts : [...parts, rest];
}

function cutAt(text: string): number {
  const line = text.lastIndexOf('\n', maxUnits);
  if (line > 0) return line;
  const last = text.charCodeAt(maxUnits - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return isHighSurrogate ? maxUnits - 1 : maxUnits;
}
