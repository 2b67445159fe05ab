const begin = '-----BEGIN ';
const beginLine = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const endLine = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** What follows a beginning whose end was cut off: runs of base64, whatever parts them. */
const cutBody = /(?:(?:\s|\\[nr]|["'+,]){1,200}[A-Za-z0-9+/=]{16,})*/y;
/** Code that only speaks of such keys has these between the two marks. */
const code = /[(){};<>[\]$#]/;

/**
 * Takes out PEM and PGP private keys, on lines of their own or written on one line, whole or cut
 * off. As many line ends stay as there were. Linear: each end is looked for once.
 */
export function maskPrivateKeys(text: string, mask: string, count: () => void): string {
  const pieces: string[] = [];
  let from = 0;
  let end = nextEnd(text, 0);
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, Math.max(from, at + begin.length))) {
    beginLine.lastIndex = at;
    if (!beginLine.test(text)) continue;
    const body = beginLine.lastIndex;
    if (end !== undefined && end.start < body) end = nextEnd(text, body);
    const stop = closes(text, body, end) ? end.stop : cutOffAt(text, body);
    if (stop === body) continue;
    pieces.push(text.slice(from, at), mask, text.slice(at, stop).replace(/[^\n]+/g, ''));
    from = stop;
    count();
  }
  return from === 0 ? text : [...pieces, text.slice(from)].join('');
}

type End = { readonly start: number; readonly stop: number };

function nextEnd(text: string, from: number): End | undefined {
  endLine.lastIndex = from;
  const match = endLine.exec(text);
  return match === null ? undefined : { start: match.index, stop: endLine.lastIndex };
}

function closes(text: string, body: number, end: End | undefined): end is End {
  if (end === undefined) return false;
  const next = text.indexOf(begin, body);
  return (next === -1 || next > end.start) && !code.test(text.slice(body, end.start));
}

function cutOffAt(text: string, body: number): number {
  cutBody.lastIndex = body;
  cutBody.test(text);
  return cutBody.lastIndex;
}
