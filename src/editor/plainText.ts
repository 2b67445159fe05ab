// Control characters and the marks that turn the reading direction: a label must not reorder or
// break the words beside it.
// oxlint-disable-next-line no-control-regex -- these are the characters to remove
const unruly = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

// Made for the first long label: it takes milliseconds, which an activation does not have.
let graphemes: Intl.Segmenter | undefined;

/** One line of at most `maxChars` characters, fit to stand in a row. */
export function plainText(text: string, maxChars = 60): string {
  // Far more than can be shown is not looked at: a label may be of any length.
  const line = text
    .slice(0, maxChars * 20)
    .replace(unruly, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= maxChars) return line;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const characters = Array.from(graphemes.segment(line), ({ segment }) => segment);
  return characters.length <= maxChars
    ? line
    : `${characters
        .slice(0, maxChars - 1)
        .join('')
        .trimEnd()}…`;
}

/** Such a line that Markdown shows as it is, icons and links included. */
export const markdownText = (text: string, maxChars = 200): string =>
  plainText(text, maxChars).replace(/[\\`*_{}[\]()#+\-.!|<>~&$:]/g, (character) =>
    character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
  );
