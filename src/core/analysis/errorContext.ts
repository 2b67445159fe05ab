import { languageOf } from './languageOf.ts';
import { addCounts, maskSecrets, type KnownSecret, type MaskedCount } from './secretMasking.ts';
import { isDependency, stackFrames } from './stackFrames.ts';
import { stripAnsi } from './stripAnsi.ts';

/** Files of the workspace alone. Paths are relative to it, with forward slashes. */
export interface WorkspaceReader {
  /** Undefined when there is no such text file in the workspace. */
  read(path: string): Promise<string | undefined>;
  /** The workspace's path for one in a trace (absolute, relative or only a tail); undefined outside of it. */
  resolve(pathInTrace: string): Promise<string | undefined>;
}

export type SnippetReason = 'selection' | 'frame' | 'problem';

/** Lines count from 1, both ends included. */
export type Snippet = {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Masked. */
  readonly text: string;
  readonly why: SnippetReason;
};

export type LeftOut = { readonly path: string; readonly reason: 'neverSend' | 'unreadable' | 'tooLarge' | 'noRoom' };

/** All that is sent about an error. Secrets in it are masked. */
export type ErrorContext = {
  readonly errorText: string;
  /** VS Code's language id. */
  readonly language: string | undefined;
  readonly snippets: readonly Snippet[];
  readonly leftOut: readonly LeftOut[];
  readonly masked: readonly MaskedCount[];
};

/** Where the user pointed: the selection, or a problem in a file. */
export type Focus = {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly why: 'selection' | 'problem';
};

export type ErrorContextAsk = {
  readonly errorText: string;
  /** VS Code's language id of the editor, where there is one. */
  readonly languageHint?: string;
  readonly focus?: Focus;
  readonly reader: WorkspaceReader;
  /** True for files that the user's setting keeps here. Given a workspace path. */
  readonly neverSend: (path: string) => boolean;
  /** Lines before and after the line in question. */
  readonly contextLines: number;
  readonly known: readonly KnownSecret[];
};

export const maxErrorChars = 8_000;
/** With the error text this stays near 5,000 tokens: free tiers take 6,000 to 8,000 a minute. */
const maxSnippetChars = 10_000;
const maxLineChars = 400;
const maxFileChars = 1_000_000;
const maxSnippets = 8;
/** Looked at, of a long trace. */
const maxFrames = 24;

/**
 * Gathers the error, the code around the user's place and around the frames that lie in the
 * workspace. A text selected in a file that must never be sent is left out as well: `errorText` is
 * then empty.
 */
export async function gatherErrorContext(ask: ErrorContextAsk): Promise<ErrorContext> {
  const { focus } = ask;
  const kept = focus?.why === 'selection' && ask.neverSend(focus.path) ? '' : stripAnsi(ask.errorText);
  const error = maskSecrets(kept, { known: ask.known });
  const leftOut = new Map<string, LeftOut>();
  const gathered = await snippets(ask, await wantedRanges(ask, kept), leftOut);
  const language = ask.languageHint ?? languageOf({ ...(focus === undefined ? {} : { path: focus.path }), text: kept });
  return {
    errorText: headAndTail(error.text, maxErrorChars),
    language,
    snippets: gathered.map(({ snippet }) => snippet),
    leftOut: [...leftOut.values()],
    masked: addCounts(error.masked, ...gathered.map(({ masked }) => masked)),
  };
}

type Range = { readonly path: string; startLine: number; endLine: number; readonly why: SnippetReason };

async function wantedRanges(ask: ErrorContextAsk, text: string): Promise<readonly Range[]> {
  const { focus, contextLines } = ask;
  const ranges: Range[] = [];
  if (focus !== undefined) ranges.push(around(focus.path, focus.startLine, focus.endLine, contextLines, focus.why));
  for (const frame of stackFrames(text).slice(0, maxFrames)) {
    const path = await ask.reader.resolve(frame.file);
    // Installed code inside the workspace explains little and fills the room.
    if (path === undefined || isDependency(path)) continue;
    const wanted = around(path, frame.line, frame.line, contextLines, 'frame');
    const same = ranges.find((range) => range.path === path && meets(range, wanted));
    if (same === undefined) ranges.push(wanted);
    else
      Object.assign(same, {
        startLine: Math.min(same.startLine, wanted.startLine),
        endLine: Math.max(same.endLine, wanted.endLine),
      });
  }
  return ranges;
}

const around = (path: string, start: number, end: number, lines: number, why: SnippetReason): Range => ({
  path,
  startLine: Math.max(1, start - lines),
  endLine: end + lines,
  why,
});

const meets = (a: Range, b: Range): boolean => a.startLine <= b.endLine + 1 && b.startLine <= a.endLine + 1;

type Gathered = { readonly snippet: Snippet; readonly masked: readonly MaskedCount[] };

async function snippets(
  ask: ErrorContextAsk,
  ranges: readonly Range[],
  leftOut: Map<string, LeftOut>,
): Promise<readonly Gathered[]> {
  const gathered: Gathered[] = [];
  const leaveOut = (path: string, reason: LeftOut['reason']): void => void leftOut.set(path, { path, reason });
  let room = maxSnippetChars;
  for (const range of ranges) {
    if (ask.neverSend(range.path)) {
      leaveOut(range.path, 'neverSend');
      continue;
    }
    if (gathered.length >= maxSnippets || room < 200) {
      leaveOut(range.path, 'noRoom');
      continue;
    }
    const text = await ask.reader.read(range.path);
    if (text === undefined || text.includes('\0')) leaveOut(range.path, 'unreadable');
    else if (text.length > maxFileChars) leaveOut(range.path, 'tooLarge');
    else {
      const cut = cutOut(text, range, ask, room);
      if (cut === undefined) continue;
      gathered.push(cut);
      room -= cut.snippet.text.length;
    }
  }
  return gathered;
}

/** Masked before it is cut, since half a private key would no longer be recognised. */
function cutOut(text: string, range: Range, ask: ErrorContextAsk, room: number): Gathered | undefined {
  const lines = maskSecrets(text.replace(/\r\n?/g, '\n'), { known: ask.known }).text.split('\n');
  const endLine = Math.min(range.endLine, lines.length);
  if (range.startLine > endLine) return undefined;
  const shown = lines.slice(range.startLine - 1, endLine).map((line) => headAndTail(line, maxLineChars, ' … '));
  const fit = fitting(shown, room);
  const cut = shown.slice(fit.from, fit.to).join('\n');
  const startLine = range.startLine + fit.from;
  // Counted on the raw lines: the counts are of what would have gone out.
  const rawLines = text.split(/\r\n?|\n/).slice(startLine - 1, startLine - 1 + (fit.to - fit.from));
  const { masked } = maskSecrets(rawLines.join('\n'), { known: ask.known });
  return {
    snippet: { path: range.path, startLine, endLine: startLine + (fit.to - fit.from) - 1, text: cut, why: range.why },
    masked,
  };
}

/** The lines in the middle, where the error is, as many as there is room for. */
function fitting(lines: readonly string[], room: number): { from: number; to: number } {
  let from = 0;
  let to = lines.length;
  let length = lines.reduce((sum, line) => sum + line.length + 1, 0);
  while (length > room && to - from > 1) {
    const dropLast = (to - from) % 2 === 0;
    length -= (lines[dropLast ? to - 1 : from]?.length ?? 0) + 1;
    if (dropLast) to -= 1;
    else from += 1;
  }
  return { from, to };
}

/** At most `most` characters: the beginning and the end, where errors say what they are. */
function headAndTail(text: string, most: number, between = '\n[…]\n'): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - between.length) / 2);
  return `${wholeEnd(text.slice(0, half))}${between}${wholeStart(text.slice(-half))}`;
}

// A cut must not leave half of a character that takes two units.
const wholeEnd = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');
const wholeStart = (text: string): string => text.replace(/^[\uDC00-\uDFFF]/, '');
