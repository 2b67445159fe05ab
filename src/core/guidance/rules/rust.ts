import type { Rule } from '../rule.ts';

/** The compiler's usual errors, by number. */
export const rustRules: readonly Rule[] = [
  {
    id: 'rust/E0382',
    pattern:
      /error\[E0(?:382|505|507)\]: (?:(?:borrow|use) of (?:partially )?moved value: |cannot move out of )?`?(?<name>[^`\n]{0,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value is used after it was moved'),
      meaning: l10n.t('{0} was given away, so that it can no longer be used here.', code('name')),
      tries: [
        l10n.t('Lend it instead: pass `&value`, and take `&T` in the function.'),
        l10n.t('Where two owners are needed, `clone()` it, or use `Rc` or `Arc`.'),
        l10n.t('In a loop, iterate over `&list`.'),
      ],
    }),
  },
  {
    id: 'rust/E0499',
    pattern: /error\[E0(?:499|502|506)\]: cannot (?:borrow|assign to) `?(?<name>[^`\n]{0,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value is lent twice at the same time'),
      meaning: l10n.t(
        '{0} is borrowed here while another borrow is still in use; a mutable borrow must be the only one.',
        code('name'),
      ),
      tries: [
        l10n.t(
          'End the first borrow before: use its result earlier, in a block of its own, or copy what you need out of it.',
        ),
        l10n.t('Borrow the fields rather than the whole, or use `split_at_mut` for parts of a slice.'),
      ],
    }),
  },
  {
    id: 'rust/E0597',
    pattern: /error\[E0(?:597|515|716|106|373)\]: (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A reference outlives its value'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [
        l10n.t('Return the value itself rather than a reference to it, or keep it in a variable that lives longer.'),
        l10n.t('For a closure of a thread, write `move`.'),
        l10n.t("Where a lifetime is missing, name it: `fn f<'a>(x: &'a str) -> &'a str`."),
      ],
    }),
  },
  {
    id: 'rust/E0596',
    pattern:
      /error\[E0(?:596|384|594)\]: cannot (?:borrow|assign)(?: twice)?(?: to)?(?: immutable variable)? `?(?<name>[^`\n]{0,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('It is not mutable'),
      meaning: l10n.t('{0} is changed, but not declared so.', code('name')),
      tries: [l10n.t('Write `let mut`, or take `&mut` in the function and pass `&mut value`.')],
    }),
  },
  {
    id: 'rust/E0308',
    pattern: /error\[E0(?:308|277|271)\]: (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value of another type than wanted'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [
        l10n.t('Read "expected" and "found" below, and the lines with `help`: they often hold the fix.'),
        l10n.t('A semicolon after the last expression of a function makes it return `()`.'),
        l10n.t('Convert with `into()`, `as`, `to_string()` or `?`; a missing trait can often be derived.'),
      ],
    }),
  },
  {
    id: 'rust/E0432',
    pattern: /error\[E0(?:432|433)\]: .{0,80}`(?<name>[^`\n]{1,150})`/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Rust does not find a crate or module'),
      meaning: l10n.t('The path {0} leads to nothing that is declared.', code('name')),
      tries: [
        l10n.t('For a crate, add it: {0}.', `\`cargo add ${/^\w+/.exec(raw('name'))?.[0] ?? '…'}\``),
        l10n.t('For a module of your own, declare it with `mod` in its parent, and start the path with `crate::`.'),
      ],
    }),
  },
  {
    id: 'rust/E0425',
    pattern: /error\[E0(?:425|412|405|423)\]: cannot find \w{1,20}(?:[ ,][\w ,]{0,40})? `(?<name>[^`\n]{1,100})` in/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Rust does not know this name'),
      meaning: l10n.t('Nothing named {0} is in scope here.', code('name')),
      tries: [l10n.t('Check the spelling, add a `use` line, or write `self.` before a method or field.')],
    }),
  },
  {
    id: 'rust/E0599',
    pattern:
      /error\[E0(?:599|609|560)\]: no (?:method|field|function or associated item|variant)[^`\n]{0,40}`(?<name>[^`\n]{1,100})`/,
    explain: (l10n, { code }) => ({
      title: l10n.t('No such method or field'),
      meaning: l10n.t('{0} does not exist on this type.', code('name')),
      tries: [l10n.t('The trait that gives the method must be in scope (`use`), and the type must implement it.')],
    }),
  },
  {
    id: 'rust/E0061',
    pattern: /error\[E0(?:061|107)\]: (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A call with the wrong arguments'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [l10n.t('Compare with the declaration that the `note` below points to.')],
    }),
  },
  {
    id: 'rust/E0004',
    pattern: /error\[E0004\]: non-exhaustive patterns: (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A case is missing'),
      meaning: l10n.t('The `match` does not cover: {0}.', code('text')),
      tries: [l10n.t('Add the missing case, or `_ =>` where all others are treated alike.')],
    }),
  },
  {
    id: 'rust/other',
    general: true,
    pattern: /error\[(?<number>E\d{4})\]: (?<text>.{1,200})/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('A Rust error'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [l10n.t('Read the long explanation: {0}.', `\`rustc --explain ${raw('number')}\``)],
    }),
  },
];
