/** One replacement: the anchor as it stands in the file, and what takes its place. */
export type FixEdit = { readonly search: string; readonly replace: string };

/** A change to one file that the model proposed. */
export type Fix = {
  /** Relative to the workspace folder, forward slashes, no `..`. */
  readonly path: string;
  readonly edits: readonly FixEdit[];
};

/** A fix block that is not offered to the user, and why. */
export type RefusedFix = { readonly kind: 'unsafePath' | 'malformed' | 'empty'; readonly path: string };

export type ParsedFixes = { readonly fixes: readonly Fix[]; readonly refused: readonly RefusedFix[] };

/** Offsets into the text that was given, ascending, not overlapping. */
export type TextEdit = { readonly start: number; readonly end: number; readonly text: string };

export type AppliedFix =
  | { readonly ok: true; readonly text: string; readonly edits: readonly TextEdit[] }
  | {
      readonly ok: false;
      readonly kind: 'anchorNotFound' | 'anchorNotUnique' | 'anchorEmpty' | 'anchorsOverlap' | 'noChange';
      /** Index into `fix.edits`. */
      readonly edit: number;
    };

const opening = /^(?<fence>`{3,})[ \t]*fix[ \t]+path=(?<path>"[^"\n]{1,1000}"|[^\s`]{1,1000})[ \t]*$/;

/** All fix blocks of an answer, whatever text stands around them. */
export function parseFixes(answer: string): ParsedFixes {
  const fixes: Fix[] = [];
  const refused: RefusedFix[] = [];
  const lines = answer.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const groups = opening.exec(lines[index]?.trimEnd() ?? '')?.groups;
    if (groups === undefined) continue;
    const path = (groups['path'] ?? '').replace(/^"|"$/g, '');
    const end = closingLine(lines, index + 1, groups['fence'] ?? '');
    // A block that never closes was cut off: half a fix is none.
    const edits = end === undefined ? undefined : parseEdits(lines.slice(index + 1, end));
    const safe = safePath(path);
    if (safe === undefined) refused.push({ kind: 'unsafePath', path });
    else if (edits === undefined) refused.push({ kind: 'malformed', path });
    else if (edits.length === 0) refused.push({ kind: 'empty', path });
    else fixes.push({ path: safe, edits });
    index = end ?? index;
  }
  return { fixes, refused };
}

/** The fence that closes the block: not one inside a SEARCH or REPLACE part. */
function closingLine(lines: readonly string[], from: number, fence: string): number | undefined {
  let inside = false;
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index]?.trimEnd() ?? '';
    if (line === searchMark) inside = true;
    else if (line === replaceMark) inside = false;
    else if (!inside && line === fence) return index;
  }
  return undefined;
}

const searchMark = '<<<<<<< SEARCH';
const middleMark = '=======';
const replaceMark = '>>>>>>> REPLACE';

function parseEdits(lines: readonly string[]): readonly FixEdit[] | undefined {
  const edits: FixEdit[] = [];
  let part: 'outside' | 'search' | 'replace' = 'outside';
  let search: string[] = [];
  let replace: string[] = [];
  for (const line of lines) {
    const mark = line.trimEnd();
    if (part === 'outside' && mark === searchMark) {
      [part, search, replace] = ['search', [], []];
    } else if (part === 'search' && mark === middleMark) {
      part = 'replace';
    } else if (part === 'replace' && mark === replaceMark) {
      edits.push({ search: search.join('\n'), replace: replace.join('\n') });
      part = 'outside';
    } else if (part === 'outside') {
      if (mark !== '') return undefined;
    } else {
      (part === 'search' ? search : replace).push(line);
    }
  }
  return part === 'outside' ? edits : undefined;
}

/** Undefined for every path that could lead out of the workspace folder. */
export function safePath(path: string): string | undefined {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .split('/');
  // A colon is a drive, a scheme or an alternate stream; control characters are never meant.
  // oxlint-disable-next-line no-control-regex -- as said
  if (/[:\u0000-\u001f]/.test(path)) return undefined;
  if (
    parts.some((part) => part === '' || part === '.' || part === '..' || part.trim() !== part || part.startsWith('~'))
  )
    return undefined;
  return parts.join('/');
}

/**
 * Applies a fix where each anchor is found exactly once in `text`, all or nothing. The file's line
 * ends are kept, whichever the model wrote.
 */
export function applyFix(text: string, fix: Fix): AppliedFix {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const edits: { start: number; end: number; text: string; edit: number }[] = [];
  for (const [edit, { search, replace }] of fix.edits.entries()) {
    const anchor = search.replace(/\r?\n/g, eol);
    if (anchor.trim() === '') return { ok: false, kind: 'anchorEmpty', edit };
    const start = text.indexOf(anchor);
    if (start === -1) return { ok: false, kind: 'anchorNotFound', edit };
    if (text.includes(anchor, start + 1)) return { ok: false, kind: 'anchorNotUnique', edit };
    if (search === replace) return { ok: false, kind: 'noChange', edit };
    const end = endOf(text, start, start + anchor.length, replace, eol);
    edits.push({ start, end, text: replace.replace(/\r?\n/g, eol), edit });
  }
  edits.sort((a, b) => a.start - b.start);
  const overlapping = edits.find((edit, index) => edit.start < (edits[index - 1]?.end ?? 0));
  if (overlapping !== undefined) return { ok: false, kind: 'anchorsOverlap', edit: overlapping.edit };
  return {
    ok: true,
    text: withEdits(text, edits),
    edits: edits.map(({ start, end, text: written }) => ({ start, end, text: written })),
  };
}

/** Whole lines replaced by nothing take their line end with them. */
function endOf(text: string, start: number, end: number, replace: string, eol: string): number {
  const wholeLines = (start === 0 || text[start - 1] === '\n') && text.startsWith(eol, end);
  return replace === '' && wholeLines ? end + eol.length : end;
}

function withEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const edit of edits) {
    pieces.push(text.slice(from, edit.start), edit.text);
    from = edit.end;
  }
  return [...pieces, text.slice(from)].join('');
}
