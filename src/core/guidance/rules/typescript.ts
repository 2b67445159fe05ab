import type { Rule } from '../rule.ts';

/** The compiler's usual errors, by number. */
export const typescriptRules: readonly Rule[] = [
  {
    id: 'typescript/2307',
    pattern:
      /error TS(?:2307|2792|7016): (?:Cannot find module|Could not find a declaration file for module) '(?<name>[^'\n]{1,200})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('TypeScript does not find a module or its types'),
      meaning: l10n.t('{0} cannot be resolved, or has no type declarations.', code('name')),
      tries: [
        l10n.t('Install the package, and its types where they are apart (`npm install -D @types/NAME`).'),
        l10n.t(
          'For a file of your own, check path and spelling; `moduleResolution` decides whether the extension must be written.',
        ),
        l10n.t('Check `paths` and `include` in `tsconfig.json`.'),
      ],
    }),
  },
  {
    id: 'typescript/2304',
    pattern:
      /error TS(?:2304|2552|2503|2580|2584|2593): Cannot find name(?:space)? '(?<name>[^'\n]{1,100})'(?:\. Did you mean '(?<better>[^'\n]{1,100})')?/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('TypeScript does not know this name'),
      meaning:
        raw('better') === ''
          ? l10n.t('Nothing named {0} is declared or imported here.', code('name'))
          : l10n.t('Nothing named {0} is declared or imported here; {1} is.', code('name'), code('better')),
      tries: [
        l10n.t('Import it, or correct the spelling.'),
        l10n.t('For names of the runtime, add its types: `@types/node`, `@types/mocha`, or `"dom"` in `lib`.'),
      ],
    }),
  },
  {
    id: 'typescript/2322',
    pattern:
      /error TS(?:2322|2345|2375|2379): (?:Type|Argument of type) '(?<from>[^'\n]{1,200})' is not assignable to (?:type|parameter of type) '(?<to>[^'\n]{1,200})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value of another type than wanted'),
      meaning: l10n.t('{0} is given where {1} is wanted.', code('from'), code('to')),
      tries: [
        l10n.t('Read the indented lines below the error: the last one names the property that differs.'),
        l10n.t('With `undefined` or `null` in it, check for it before the line.'),
        l10n.t('A literal widens to `string`: `as const` or a type on the variable keeps it.'),
        l10n.t('Change the declared type if it is the one that is wrong; a cast only hides the question.'),
      ],
    }),
  },
  {
    id: 'typescript/2339',
    pattern:
      /error TS(?:2339|2551): Property '(?<name>[^'\n]{1,100})' does not exist on type '(?<type>[^'\n]{1,200})'(?:\. Did you mean '(?<better>[^'\n]{1,100})')?/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The type has no such property'),
      meaning: l10n.t('{0} is not a property of {1}.', code('name'), code('type')),
      tries: [
        l10n.t('Check the spelling and the declaration of the type.'),
        l10n.t('In a union, tell the members apart first (`in`, a `kind` property, `typeof`).'),
        l10n.t('For data from outside, declare its type where it enters.'),
      ],
    }),
  },
  {
    id: 'typescript/2531',
    pattern:
      /error TS(?:2531|2532|2533|18047|18048|18049): (?:Object|'(?<name>[^'\n]{1,150})') is possibly '(?<what>[^'\n]{1,40})'/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('It may be absent'),
      meaning: l10n.t('{0} may be {1} here.', raw('name') === '' ? l10n.t('The value') : code('name'), code('what')),
      tries: [
        l10n.t('Check for it before, or use `?.` and `??`.'),
        l10n.t('A check does not hold inside a callback: keep the value in a `const`.'),
      ],
    }),
  },
  {
    id: 'typescript/7006',
    pattern:
      /error TS(?:7006|7031|7005|7034): (?:Parameter|Binding element|Variable) '(?<name>[^'\n]{1,100})' implicitly has an '/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A type is missing'),
      meaning: l10n.t(
        'The type of {0} cannot be told from its use, and `strict` forbids leaving it open.',
        code('name'),
      ),
      tries: [l10n.t('Write the type after the name. Where it can be anything, `unknown` is safer than `any`.')],
    }),
  },
  {
    id: 'typescript/7053',
    pattern: /error TS7053: /,
    explain: (l10n) => ({
      title: l10n.t('An index of a type that the object does not have'),
      meaning: l10n.t('The object is indexed by a text that need not be one of its properties.'),
      tries: [l10n.t('Declare the key as `keyof typeof value`, or the object as `Record<string, …>` or a `Map`.')],
    }),
  },
  {
    id: 'typescript/2554',
    pattern: /error TS(?:2554|2555|2556|2575): Expected (?<wanted>[^,\n]{1,60}) arguments?, but got (?<got>\d{1,3})/,
    explain: (l10n, { raw }) => ({
      title: l10n.t('A call with the wrong number of arguments'),
      meaning: l10n.t('{0} are wanted, {1} are given.', raw('wanted'), raw('got')),
      tries: [l10n.t('Compare with the declaration; a parameter becomes optional by `?` or a default.')],
    }),
  },
  {
    id: 'typescript/2741',
    pattern:
      /error TS(?:2741|2739|2740): (?:Property '(?<name>[^'\n]{1,100})' is missing|Type .{1,200} is missing the following properties)/,
    explain: (l10n) => ({
      title: l10n.t('A property is missing'),
      meaning: l10n.t('An object lacks properties that its type demands.'),
      tries: [l10n.t('Add them, or mark them optional in the type (`name?:`) if they may be absent.')],
    }),
  },
  {
    id: 'typescript/2353',
    pattern:
      /error TS(?:2353|2561): Object literal may only specify known properties,? .{0,20}'(?<name>[^'\n]{1,100})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A property too many'),
      meaning: l10n.t('The type does not know the property {0}.', code('name')),
      tries: [l10n.t('Check the spelling, or add the property to the type.')],
    }),
  },
  {
    id: 'typescript/1005',
    pattern: /error TS1\d{3}: (?<text>.{1,150})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The code cannot be read'),
      meaning: l10n.t('The compiler stopped: {0}.', code('text')),
      tries: [
        l10n.t('Look at the line named and the one before it: a bracket, quote or comma is often missing there.'),
      ],
    }),
  },
  {
    id: 'typescript/other',
    general: true,
    pattern: /error TS\d{4,5}: (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A TypeScript error'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [
        l10n.t('Start with the first error of the first file: others often follow from it.'),
        l10n.t('Hover over the names on that line to see which types TypeScript takes them for.'),
      ],
    }),
  },
];
