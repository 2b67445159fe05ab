/** A place in the code that an error text names. Lines and columns count from 1. */
export type StackFrame = {
  /** As the text has it, except that `file://` is taken off and Java's package becomes folders. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly function?: string;
};

/** Most telling first: the text's order, for Python the other way round. No place comes twice. */
export function stackFrames(text: string): readonly StackFrame[] {
  const frames = new Map<string, StackFrame>();
  for (const line of linesOf(text)) {
    const frame = frameIn(line.slice(0, maxLineChars));
    if (frame === undefined || isRuntime(frame.file)) continue;
    const place = `${frame.file}:${frame.line}`;
    // Node names the failing line once bare and once with its column and function.
    if (!frames.has(place) || frames.get(place)?.column === undefined) frames.set(place, frame);
    if (frames.size >= maxFrames) break;
  }
  const found = [...frames.values()];
  return /^Traceback \(most recent call last\)/m.test(text) ? found.reverse() : found;
}

const maxChars = 200_000;
const maxLineChars = 1_000;
const maxFrames = 100;

function linesOf(text: string): readonly string[] {
  return (text.length <= maxChars ? text : `${text.slice(0, maxChars / 2)}\n${text.slice(-maxChars / 2)}`).split(
    /\r?\n/,
  );
}

/** Frames inside the runtime itself tell nothing about the user's code. */
const isRuntime = (file: string): boolean => /^(?:node:|internal\/|<|native|bun:|webpack\/|\/rustc\/)/.test(file);

/** Installed code, not the user's own: in the workspace or on the machine. */
export const isDependency = (file: string): boolean =>
  /(?:^|[\\/])(?:node_modules|site-packages|dist-packages|\.venv|venv|vendor|\.cargo|\.rustup|\.git|\.gradle|\.m2|gems)[\\/]|[\\/](?:pkg[\\/]mod|lib[\\/](?:python|ruby|go)[\w.-]{0,10}|usr[\\/]lib|go[\\/]src)[\\/]|^(?:java|javax|jdk|sun|kotlin|scala|org[\\/](?:junit|springframework|apache))[\\/]/.test(
    file,
  );

type Shape = { readonly pattern: RegExp; readonly file?: (groups: Groups) => string };
type Groups = Readonly<Record<string, string | undefined>>;

/** A path with an extension: what stands before `:line` in most tools. */
const path = String.raw`(?<file>(?:[A-Za-z]:[\\/])?[^\s:()'"<>|*?\u0060]{1,400}\.[A-Za-z]\w{0,9})`;

const shapes: readonly Shape[] = [
  // Python: File "app.py", line 3, in main
  { pattern: /^\s{0,40}File "(?<file>[^"]{1,400})", line (?<line>\d{1,7})(?:, in (?<function>.{1,200}))?/ },
  // C#: at Shop.Cart.Total() in C:\shop\Cart.cs:line 12
  { pattern: /^\s{0,40}at (?<function>[^\n]{1,300}?) in (?<file>[^\n]{1,400}):line (?<line>\d{1,7})\s*$/ },
  // Java: at com.acme.Cart.total(Cart.java:12), at app//com.acme.Cart.total(Cart.java:12)
  {
    pattern:
      /^\s{0,40}at (?:[\w.@-]{0,80}\/{1,2}){0,2}(?<function>[\w.$<>]{1,300})\((?<file>[\w$-]{1,200}\.(?:java|kt|scala|groovy)):(?<line>\d{1,7})\)/,
    file: javaFile,
  },
  // Node: at total (/app/cart.js:3:5), at async file:///app/cart.mjs:3:5, at Object.<anonymous> (C:\app\cart.ts:3:5)
  {
    pattern:
      /^\s{0,40}at (?:async )?(?:(?<function>[^()\n]{1,200}?(?: \[as [^\]\n]{1,100}\])?) \()?(?:file:\/\/(?:\/(?=[A-Za-z]:))?)?(?<file>(?:[A-Za-z]:[\\/]|[a-z]{2,12}:)?[^:()\n]{1,400}):(?<line>\d{1,7}):(?<column>\d{1,7})\)?\s*$/,
  },
  // TypeScript, C#: src/cart.ts(3,5): error TS2304
  {
    pattern: /^\s{0,40}(?<file>[^()\n]{1,400}\.\w{1,10})\((?<line>\d{1,7}),(?<column>\d{1,7})(?:,\d{1,7},\d{1,7})?\): /,
  },
  // Rust: --> src/main.rs:3:5
  { pattern: /^\s{0,40}(?:-->|:::) (?<file>[^\n]{1,400}?):(?<line>\d{1,7}):(?<column>\d{1,7})\s*$/ },
  // Rust: thread 'main' panicked at src/main.rs:3:5
  { pattern: /panicked at (?:'[^\n]{0,300}', )?(?<file>[^\s:][^\n:]{0,399}):(?<line>\d{1,7}):(?<column>\d{1,7})/ },
  // PHP: in /srv/cart.php on line 12, in /srv/cart.php:12
  { pattern: / in (?<file>[^\n]{1,400}\.php)(?: on line |:)(?<line>\d{1,7})/ },
  // PHP: #0 /srv/cart.php(12): total()
  { pattern: /^#\d{1,4} (?<file>[^\n()]{1,400}\.php)\((?<line>\d{1,7})\): (?<function>[^\n(]{1,200})\(/ },
  // Ruby: cart.rb:3:in 'total'
  { pattern: new RegExp(String.raw`${path}:(?<line>\d{1,7}):in [\u0060'](?<function>[^'\n]{1,200})'`) },
  // Go, C, javac, eslint, pytest and most others: cart.go:3:5, cart.py:3: AssertionError
  {
    pattern: new RegExp(
      String.raw`(?:^|[\s("'\[])(?:file:\/\/)?${path}:(?<line>\d{1,7})(?::(?<column>\d{1,7}))?(?![\w.])`,
    ),
  },
  // Maven: [ERROR] /app/src/Cart.java:[5,9] cannot find symbol
  { pattern: new RegExp(String.raw`(?:^|\s)${path}:\[(?<line>\d{1,7}),(?<column>\d{1,7})\]`) },
  // webpack: ERROR in ./src/cart.ts 3:5-10
  {
    pattern: new RegExp(
      String.raw`^(?:ERROR in |Module Error )?${path} (?<line>\d{1,7}):(?<column>\d{1,7})(?:-\d{1,7})?\s*$`,
    ),
  },
];

function frameIn(text: string): StackFrame | undefined {
  // All shapes have a digit; this spares most lines the whole list.
  if (!/\d/.test(text)) return undefined;
  for (const { pattern, file } of shapes) {
    const groups: Groups | undefined = pattern.exec(text)?.groups;
    const name = groups?.['file'];
    if (groups === undefined || name === undefined) continue;
    const line = Number(groups['line']);
    if (line < 1) continue;
    const column = Number(groups['column'] ?? 0);
    const within = groups['function']?.trim();
    return {
      file: file === undefined ? name.trim() : file(groups),
      line,
      ...(column > 0 ? { column } : {}),
      ...(within === undefined || within === '' ? {} : { function: within }),
    };
  }
  return undefined;
}

/** `com.acme.Cart.total` in `Cart.java` is `com/acme/Cart.java`. */
function javaFile(groups: Groups): string {
  const parts = (groups['function'] ?? '').split('.').slice(0, -2);
  return [...parts, groups['file'] ?? ''].join('/');
}
