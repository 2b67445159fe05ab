/** A mail as its reader sees it. */
export type ReadMail = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of the head, as they came. */
  readonly headerNames: readonly string[];
};

/** Enough of MIME for what one sender writes: a head, and a plain and an HTML part. */
export function readMail(source: string): ReadMail {
  const { head, body } = split(source);
  const boundary = /boundary="([^"]+)"/.exec(header(head, 'Content-Type'))?.[1];
  const parts =
    boundary === undefined ? [source] : body.split(`--${boundary}`).map((part) => part.replace(/^\r\n/, ''));
  return {
    subject: decodeWords(header(head, 'Subject')),
    text: contentOf(parts, 'text/plain'),
    html: contentOf(parts, 'text/html'),
    headerNames: unfold(head).flatMap((line) => /^([^:]+):/.exec(line)?.[1] ?? []),
  };
}

function contentOf(parts: readonly string[], type: string): string {
  const part = parts.map(split).find(({ head }) => header(head, 'Content-Type').startsWith(type));
  if (part === undefined) return '';
  const coding = header(part.head, 'Content-Transfer-Encoding').toLowerCase();
  const body = part.body.replace(/\r\n$/, '');
  const decoded =
    coding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : coding === 'quoted-printable'
        ? decodeQuoted(body.replace(/=\r\n/g, ''))
        : body;
  return decoded.replaceAll('\r\n', '\n');
}

function split(source: string): { readonly head: string; readonly body: string } {
  const at = source.indexOf('\r\n\r\n');
  return at < 0 ? { head: source, body: '' } : { head: source.slice(0, at), body: source.slice(at + 4) };
}

const unfold = (head: string): readonly string[] => head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');

function header(head: string, name: string): string {
  const line = unfold(head).find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, coding: string, word: string) =>
      coding.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : decodeQuoted(word.replaceAll('_', ' ')),
    );
