/** A piece of a file as a prompt shows it. */
type Shown = { readonly path: string; readonly startLine: number; readonly lines: readonly string[] };

/** Where a line stands, and what a fix would put in its place. */
export type CannedFix = {
  readonly path: string;
  readonly line: number;
  readonly search: string;
  readonly replace: string;
};

const shownFile =
  /^File "(?<path>[^"\n]+)", lines (?<start>\d+) to \d+[^\n]*:\n(?<fence>`{3,})[^\n]*\n(?<code>[\s\S]*?)\n\k<fence>$/gm;

const filesIn = (prompt: string): readonly Shown[] =>
  [...prompt.matchAll(shownFile)].map(({ groups }) => ({
    path: groups?.['path'] ?? '',
    startLine: Number(groups?.['start']),
    lines: (groups?.['code'] ?? '').split('\n'),
  }));

/** Looks for the failing property in the code that came with the prompt, and guards the line that reads it. */
export function missingValueFix(prompt: string): CannedFix | undefined {
  const property = /\(reading '(?<name>\w+)'\)/.exec(prompt)?.groups?.['name'];
  if (property === undefined) return undefined;
  const reads = new RegExp(`^(?<indent>\\s*)(?:return|const|let)\\b.*\\b(?<object>[A-Za-z_$][\\w$]*)\\.${property}\\b`);
  return guard(prompt, reads, (line, { indent = '', object = '' }) =>
    [`${indent}if (${object} === undefined) throw new Error('${object} was not found');`, line].join('\n'),
  );
}

/** The same for a key that a Python dictionary lacks. */
export function missingKeyFix(prompt: string): CannedFix | undefined {
  const key = /KeyError: ['"](?<name>[^'"\n]+)['"]/.exec(prompt)?.groups?.['name'];
  if (key === undefined) return undefined;
  const quoted = key.replace(/[^\w]/g, '\\$&');
  const picks = new RegExp(
    `^(?<indent>\\s*)return (?<pick>max|min)\\((?<list>\\w+), key=lambda (?<item>\\w+): (?<owner>.+)\\[["']${quoted}["']\\]\\)$`,
  );
  const picked = guard(prompt, picks, (line, { indent = '', list = '', item = '', owner = '', pick = '' }) =>
    [
      `${indent}known = [${item} for ${item} in ${list} if "${key}" in ${owner}]`,
      line.replace(`${pick}(${list},`, `${pick}(known,`),
    ].join('\n'),
  );
  if (picked !== undefined) return picked;
  const reads = new RegExp(`(?<read>\\[["']${quoted}["']\\])`);
  return guard(prompt, reads, (line, { read = '' }) => line.replace(read, `.get("${key}")`));
}

type Groups = Readonly<Record<string, string | undefined>>;

/** The first shown line that the pattern fits and that occurs only once in its file. */
function guard(
  prompt: string,
  pattern: RegExp,
  replace: (line: string, groups: Groups) => string,
): CannedFix | undefined {
  for (const { path, startLine, lines } of filesIn(prompt)) {
    for (const [index, line] of lines.entries()) {
      const groups = pattern.exec(line)?.groups;
      if (groups === undefined || lines.filter((other) => other.includes(line)).length > 1) continue;
      return { path, line: startLine + index, search: line, replace: replace(line, groups) };
    }
  }
  return undefined;
}

/** In the form that the prompt asks for. */
export const fixBlock = ({ path, search, replace }: CannedFix): string =>
  `\n\`\`\`fix path=${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n\`\`\`\n`;
