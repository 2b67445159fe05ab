const byExtension: Readonly<Record<string, string>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  py: 'python',
  pyi: 'python',
  java: 'java',
  kt: 'kotlin',
  kts: 'kotlin',
  scala: 'scala',
  go: 'go',
  rs: 'rust',
  cs: 'csharp',
  fs: 'fsharp',
  vb: 'vb',
  php: 'php',
  rb: 'ruby',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  swift: 'swift',
  dart: 'dart',
  lua: 'lua',
  pl: 'perl',
  r: 'r',
  ex: 'elixir',
  exs: 'elixir',
  hs: 'haskell',
  zig: 'zig',
  sh: 'shellscript',
  bash: 'shellscript',
  zsh: 'shellscript',
  ps1: 'powershell',
  sql: 'sql',
  html: 'html',
  css: 'css',
  scss: 'scss',
  vue: 'vue',
  svelte: 'svelte',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'toml',
  xml: 'xml',
  md: 'markdown',
  dockerfile: 'dockerfile',
};

/** What an error text shows of its language, the surest signs first. */
const bySign: readonly { readonly language: string; readonly sign: RegExp }[] = [
  { language: 'typescript', sign: /\berror TS\d{4,5}:|\.(?:ts|tsx|mts|cts)[:(]\d/ },
  {
    language: 'python',
    sign: /^Traceback \(most recent call last\)|^\s*File "[^"\n]{1,400}", line \d|^(?:Syntax|Indentation|ModuleNotFound)Error: /m,
  },
  { language: 'rust', sign: /\berror\[E\d{4}\]|panicked at |^\s*--> [^\n]{1,400}\.rs:\d/m },
  { language: 'csharp', sign: /\berror CS\d{4}:|\.cs:line \d|\bSystem\.[A-Z]\w{1,60}Exception\b/ },
  { language: 'java', sign: /\.java:\d|\bjava(?:x)?\.[a-z.]{1,60}[A-Z]\w{1,60}(?:Exception|Error)\b/ },
  { language: 'go', sign: /^goroutine \d+ \[|\.go:\d|^panic: /m },
  { language: 'php', sign: /\.php(?::| on line )\d|^PHP (?:Fatal|Parse|Warning)/m },
  { language: 'ruby', sign: /\.rb:\d/ },
  {
    language: 'javascript',
    sign: /\.(?:js|jsx|mjs|cjs)[:(]\d|^\s*at .{1,400}\(?node:internal|^(?:Reference|Type|Syntax|Range)Error: /m,
  },
  { language: 'cpp', sign: /\.(?:cpp|cc|cxx|hpp):\d/ },
  { language: 'c', sign: /\.[ch]:\d/ },
];

const maxChars = 50_000;

/**
 * VS Code's language id by the file's path, else by the signs in an error text; undefined when
 * neither tells.
 */
export function languageOf({ path, text }: { readonly path?: string; readonly text?: string }): string | undefined {
  const name = path?.split(/[\\/]/).at(-1)?.toLowerCase();
  const byPath = name === undefined ? undefined : byExtension[name.split('.').at(-1) ?? ''];
  if (byPath !== undefined || text === undefined) return byPath;
  const head = text.slice(0, maxChars);
  return bySign.find(({ sign }) => sign.test(head))?.language;
}
