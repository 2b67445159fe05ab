// Line breaks would add headers or lines of their own, direction marks reorder the words around them.
const unruly = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Any text as one plain line of at most `maxChars` characters: names and sentences come from outside. */
export function plainLine(text: string, maxChars = 300): string {
  const line = text
    .slice(0, 4 * maxChars)
    .replace(unruly, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (line.length <= maxChars) return line;
  // Not between the two halves of one character.
  const cut = line.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}
