import type { Rule } from '../rule.ts';

/** Text that the language cannot read. */
export const syntaxRules: readonly Rule[] = [
  {
    id: 'syntax/pythonIndent',
    pattern: /(?:IndentationError|TabError): (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The indentation is wrong'),
      meaning: l10n.t('Python tells blocks by their indentation, and it does not fit here: {0}.', code('text')),
      tries: [
        l10n.t(
          'Indent all lines of a block alike; after a line that ends in `:` at least one indented line must follow.',
        ),
        l10n.t('Do not mix tabs and spaces: run "Convert Indentation to Spaces" in the editor.'),
      ],
    }),
  },
  {
    id: 'syntax/json',
    pattern:
      /SyntaxError: (?:Unexpected token .{1,120} in JSON at position|.{1,120} is not valid JSON|Unexpected end of JSON input|Expected .{1,80} in JSON at position)|JSONDecodeError: /,
    explain: (l10n) => ({
      title: l10n.t('This is not JSON'),
      meaning: l10n.t('A text that should be JSON is not, is empty, or ends too early.'),
      tries: [
        l10n.t(
          'Log the text just before it is parsed. If it begins with `<`, a server sent a web page: check address and status.',
        ),
        l10n.t('In a file, look for commas at the end, comments and single quotes, which JSON does not have.'),
      ],
    }),
  },
  {
    id: 'syntax/jsAwait',
    pattern: /SyntaxError: await is only valid in async functions/,
    explain: (l10n) => ({
      title: l10n.t('`await` outside of an async function'),
      meaning: l10n.t('Only async functions and the top level of ES modules may wait.'),
      tries: [
        l10n.t('Make the function `async`.'),
        l10n.t('At the top level, make the file an ES module (`"type": "module"` or `.mjs`).'),
      ],
    }),
  },
  {
    id: 'syntax/js',
    pattern:
      /SyntaxError: (?<text>Unexpected (?:token|identifier|end of input|string|number|strict mode|reserved word).{0,120}|Invalid or unexpected token|missing \) after argument list|Identifier '.{1,80}' has already been declared|Unterminated .{1,60}|Unexpected .{1,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The parser stopped: {0}.', code('text')),
      tries: [
        l10n.t('Look at the line named and the one before it: a bracket, quote or comma is often missing there.'),
        l10n.t('Let the formatter run: it stops at the same place.'),
        l10n.t(
          'If the syntax is new or TypeScript, the runtime may not know it: check its version and the build step.',
        ),
      ],
    }),
  },
  {
    id: 'syntax/python',
    pattern: /SyntaxError: (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The parser stopped: {0}.', code('text')),
      tries: [
        l10n.t('Look at the line named and the one before it: a bracket, quote, comma or `:` is often missing there.'),
        l10n.t('`print "text"` is Python 2: write `print("text")`.'),
        l10n.t('If the syntax is new, check the version: `python --version`.'),
      ],
    }),
  },
  {
    id: 'syntax/java',
    pattern:
      /error: (?<text>(?:';'|'\)'|'\('|'\{'|'\}'|<identifier>|class, interface|.{1,30}) expected|reached end of file while parsing|unclosed string literal|illegal start of (?:expression|type)|not a statement)/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The compiler stopped: {0}.', code('text')),
      tries: [
        l10n.t('Look at the end of the line before: a semicolon or bracket is often missing there.'),
        l10n.t('"Reached end of file" means that a `}` is missing.'),
      ],
    }),
  },
  {
    id: 'syntax/go',
    pattern: /syntax error: (?<text>(?:unexpected|non-declaration|missing) .{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The compiler stopped: {0}.', code('text')),
      tries: [
        l10n.t(
          'The opening `{` stands on the same line as `func`, `if` or `for`; a list over several lines ends in a comma.',
        ),
        l10n.t('Outside of functions only declarations are allowed (`var`, not `:=`).'),
        l10n.t('Run `gofmt`: it stops at the same place.'),
      ],
    }),
  },
  {
    id: 'syntax/php',
    pattern: /(?:PHP )?Parse error: {1,4}(?:syntax error, )?(?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The parser stopped: {0}.', code('text')),
      tries: [l10n.t('Look at the line before the one named: a semicolon, bracket or quote is often missing there.')],
    }),
  },
];
