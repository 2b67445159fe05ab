import type { Rule } from '../rule.ts';

/** The compiler's usual errors, by number. */
export const csharpRules: readonly Rule[] = [
  {
    id: 'csharp/CS0103',
    pattern: /error CS0103: The name '(?<name>[^'\n]{1,100})' does not exist/,
    explain: (l10n, { code }) => ({
      title: l10n.t('C# does not know this name'),
      meaning: l10n.t('Nothing named {0} is declared here.', code('name')),
      tries: [
        l10n.t(
          'Check spelling and capitals, `using` directives, and that a variable of a block is not used outside of it.',
        ),
      ],
    }),
  },
  {
    id: 'csharp/CS0246',
    pattern: /error CS(?:0246|0234|0012): The type or namespace name '(?<name>[^'\n]{1,100})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('C# does not find a type or namespace'),
      meaning: l10n.t('{0} is not known here.', code('name')),
      tries: [
        l10n.t('Add the `using` directive, or the package: `dotnet add package NAME`.'),
        l10n.t('Add a reference to the project that holds it, and run `dotnet restore`.'),
      ],
    }),
  },
  {
    id: 'csharp/CS1061',
    pattern:
      /error CS(?:1061|0117): '(?<type>[^'\n]{1,150})' does not contain a definition for '(?<name>[^'\n]{1,100})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The type has no such member'),
      meaning: l10n.t('{0} is not a member of {1}.', code('name'), code('type')),
      tries: [
        l10n.t('Check spelling and capitals; extension methods need their `using` (such as `System.Linq`).'),
        l10n.t('A `Task` needs `await` before its result has the members.'),
      ],
    }),
  },
  {
    id: 'csharp/CS0029',
    pattern:
      /error CS(?:0029|0266|1503): (?:Argument \d{1,3}: )?[Cc]annot (?:implicitly )?convert (?:type |from )'(?<from>[^'\n]{1,150})' to '(?<to>[^'\n]{1,150})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value of another type than wanted'),
      meaning: l10n.t('{0} is given where {1} is wanted.', code('from'), code('to')),
      tries: [
        l10n.t(
          'Convert it (`int.Parse`, `ToString`, an explicit cast), or change the declared type. A `Task` needs `await`.',
        ),
      ],
    }),
  },
  {
    id: 'csharp/CS1002',
    pattern: /error CS(?:1002|1003|1513|1514|1525|1026|1519): (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The compiler stopped: {0}.', code('text')),
      tries: [l10n.t('Look at the end of the line before: a semicolon or bracket is often missing there.')],
    }),
  },
  {
    id: 'csharp/CS0161',
    pattern: /error CS(?:0161|0165|0128): (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A way through the code without a value'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [l10n.t('Look at each branch of `if`, `switch` and `try`, the one where nothing applies included.')],
    }),
  },
  {
    id: 'csharp/CS7036',
    pattern: /error CS(?:7036|1501|1729): (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A call with the wrong arguments'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [l10n.t('Compare the call with the declaration.')],
    }),
  },
  {
    id: 'csharp/CS0120',
    pattern:
      /error CS0120: An object reference is required for the non-static field, method, or property '(?<name>[^'\n]{1,150})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A static method uses something of an object'),
      meaning: l10n.t('{0} belongs to an object, and there is none here.', code('name')),
      tries: [l10n.t('Make an object first, or make the member `static`.')],
    }),
  },
  {
    id: 'csharp/other',
    general: true,
    pattern: /error (?<number>CS\d{4}): (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A C# error'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [
        l10n.t(
          'Start with the first error of the first file, and look {0} up in the documentation of the compiler.',
          code('number'),
        ),
      ],
    }),
  },
];
