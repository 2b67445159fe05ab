import { Secret } from './secret.ts';

/** One variable of a `.env`, as it stands in its line. Any value may be a secret. */
export type EnvEntry = {
  readonly name: string;
  readonly value: Secret;
  /** From 1. Absent where the source has no lines. */
  readonly line?: number;
  /** The value refers to another variable, which is not resolved. */
  readonly refers?: boolean;
};

/** Why a line was not read. Says nothing of its text, which may be a secret. */
export type MalformedLine = {
  readonly line: number;
  readonly kind: 'noEquals' | 'badName' | 'unclosedQuote' | 'afterQuote' | 'valueTooLong';
};

export type EnvReading = {
  readonly entries: readonly EnvEntry[];
  /** At most the first 100; `malformedCount` counts all. */
  readonly malformed: readonly MalformedLine[];
  readonly malformedCount: number;
  /** Well-formed variables that mean nothing here. */
  readonly unknownVariables: number;
};

/** Values as dotenv reads them, by name. Given one variable at a time. */
export type EnvValues = (text: string) => Readonly<Record<string, string>>;

const head = /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=|:\s+)(?<rest>.*)$/;
/** Ends an open quote: a value of several lines does not hold such a line. */
const nextVariable = /^\s*(?:export\s+)?[A-Z_][A-Z0-9_.]*\s*=/;
const quotes = ['"', "'", '`'];
const reference = /\$[{(]|^\$\w/;
const longestValue = 16_384;
const longestQuote = 200;
const malformedKept = 100;

/**
 * Reads a `.env` line by line, so that a malformed line is named and the others still count. Knows
 * BOM, CRLF, `export`, quotes, values of several lines, comments, and `#` inside an unquoted value,
 * where dotenv would cut it.
 */
export function readEnvLines(text: string, values: EnvValues, wanted: (name: string) => boolean): EnvReading {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const entries: EnvEntry[] = [];
  const malformed: MalformedLine[] = [];
  let malformedCount = 0;
  let unknownVariables = 0;

  const refuse = (index: number, kind: MalformedLine['kind']): void => {
    malformedCount += 1;
    if (malformed.length < malformedKept) malformed.push({ line: index + 1, kind });
  };

  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\s*(?:#|$)/.test(line)) continue;
    const { name, rest } = head.exec(line)?.groups ?? {};
    if (name === undefined || rest === undefined) {
      refuse(index, line.includes('=') ? 'badName' : 'noEquals');
      continue;
    }
    const extent = extentOf(lines, index, rest.trimStart());
    if (typeof extent === 'string') {
      refuse(index, extent);
      continue;
    }
    if (!wanted(name)) unknownVariables += 1;
    else if (rest.length > longestValue) refuse(index, 'valueTooLong');
    else
      entries.push({
        name,
        line: index + 1,
        ...valueOf(lines.slice(index, extent.last + 1).join('\n'), name, rest, values),
      });
    index = extent.last;
  }
  return { entries, malformed, malformedCount, unknownVariables };
}

/** The last line of a value, or what is wrong with its quotes. */
function extentOf(
  lines: readonly string[],
  index: number,
  rest: string,
): { last: number } | 'unclosedQuote' | 'afterQuote' {
  const quote = quotes.find((candidate) => rest.startsWith(candidate));
  if (quote === undefined) return { last: index };
  let piece = rest.slice(1);
  for (let last = index; ;) {
    const end = closing(piece, quote);
    if (end >= 0) return /^\s*(?:#|$)/.test(piece.slice(end + 1)) ? { last } : 'afterQuote';
    last += 1;
    const next = lines[last];
    if (next === undefined || last - index > longestQuote || nextVariable.test(next)) return 'unclosedQuote';
    piece = next;
  }
}

/** Where a quote closes; one behind a backslash does not. */
function closing(piece: string, quote: string): number {
  let at = piece.indexOf(quote);
  while (at > 0 && piece[at - 1] === '\\') at = piece.indexOf(quote, at + 1);
  return at;
}

function valueOf(text: string, name: string, rest: string, values: EnvValues): Pick<EnvEntry, 'value' | 'refers'> {
  const quote = rest.trimStart().at(0) ?? '';
  const value = quotes.includes(quote) ? (values(text)[name] ?? '') : unquoted(text, name, rest, values);
  const refers = quote !== "'" && reference.test(value);
  return { value: new Secret(value), ...(refers ? { refers } : {}) };
}

/** Without white space in front of it, `#` is a part of the value. */
function unquoted(text: string, name: string, rest: string, values: EnvValues): string {
  if (!/\S#/.test(rest)) return values(text)[name] ?? '';
  return rest.replace(/(?:^|\s)#.*$/, '').trim();
}
