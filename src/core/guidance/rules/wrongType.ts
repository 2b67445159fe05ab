import type { Rule } from '../rule.ts';

/** A value of another type than the operation takes. */
export const wrongTypeRules: readonly Rule[] = [
  {
    id: 'type/jsNotFunction',
    pattern: /TypeError: (?<name>.{1,150}?) is not a (?<kind>function|constructor)/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Calling something that cannot be called'),
      meaning: l10n.t('{0} is not a {1} at that moment.', code('name'), code('kind')),
      tries: [
        l10n.t('Log `typeof` of it just before the line named.'),
        l10n.t('Check the import: a default and a named export are imported differently.'),
        l10n.t(
          'Check the spelling, and that the value is of the type you expect (`map` exists on arrays, not on objects).',
        ),
        l10n.t('A method passed as a callback loses its `this`: pass an arrow function instead.'),
      ],
    }),
  },
  {
    id: 'type/jsNotIterable',
    pattern: /TypeError: (?<name>.{1,150}?) is not iterable/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Looping over something that is no list'),
      meaning: l10n.t('{0} cannot be looped over or spread.', code('name')),
      tries: [
        l10n.t('For an object, loop over `Object.entries(value)`.'),
        l10n.t('A promise needs `await` first; a reply may hold its list one level deeper.'),
      ],
    }),
  },
  {
    id: 'type/jsConst',
    pattern:
      /TypeError: (?:Assignment to constant variable|Cannot assign to read only property '(?<name>[^'\n]{1,100})')/,
    explain: (l10n) => ({
      title: l10n.t('Changing what cannot be changed'),
      meaning: l10n.t('The code assigns to a constant or to a frozen or read-only property.'),
      tries: [
        l10n.t('Declare the variable with `let`.'),
        l10n.t('Make a changed copy instead: `{ ...value, name: next }`.'),
      ],
    }),
  },
  {
    id: 'type/jsCircular',
    pattern: /Converting circular structure to JSON/,
    explain: (l10n) => ({
      title: l10n.t('An object that holds itself cannot become JSON'),
      meaning: l10n.t('`JSON.stringify` met an object again that it was already writing.'),
      tries: [l10n.t('Write only the fields that you need, not a whole request, response or DOM node.')],
    }),
  },
  {
    id: 'type/pythonOperand',
    pattern:
      /TypeError: (?:unsupported operand type\(s\) for (?<op>[^\s:]{1,10}): '(?<left>\w{1,60})' and '(?<right>\w{1,60})'|can only concatenate (?<a>\w{1,20}) \(not "(?<b>\w{1,60})"\)|must be str, not)/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Two types that do not go together'),
      meaning: l10n.t(
        'An operation was tried between {0} and {1}.',
        code(raw('left') === '' ? 'a' : 'left'),
        code(raw('right') === '' ? 'b' : 'right'),
      ),
      tries: [
        l10n.t('Convert one of them: `int(…)`, `float(…)` or `str(…)`; for texts use an f-string.'),
        l10n.t('What comes from `input()`, files, forms and the environment is text.'),
      ],
    }),
  },
  {
    id: 'type/pythonArguments',
    pattern:
      /TypeError: (?<name>[\w.<>]{1,100})\(\) (?:missing \d+ required|takes (?:from )?\d+ |got an unexpected keyword argument|got multiple values)/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A call with the wrong arguments'),
      meaning: l10n.t('{0} was called with other arguments than it takes.', code('name')),
      tries: [
        l10n.t('Compare the call with the `def` line.'),
        l10n.t('A method needs `self` as its first parameter, and its class needs `()` when you make an object.'),
        l10n.t('For a library, compare with the documentation of the installed version.'),
      ],
    }),
  },
  {
    id: 'type/python',
    pattern:
      /TypeError: (?:'(?<name>\w{1,60})' object is not (?<use>callable|subscriptable|iterable)|(?<index>list|string|tuple) indices must be integers|unhashable type: '(?<hash>\w{1,60})')/,
    explain: (l10n) => ({
      title: l10n.t('A value of the wrong type'),
      meaning: l10n.t(
        'The value is of a type that cannot be called, indexed, looped over or used as a key in this way.',
      ),
      tries: [
        l10n.t('Print `type(value)` just before the line named.'),
        l10n.t('Not callable: a variable may have taken the name of a function (`list`, `str`, `max`).'),
        l10n.t('Indices must be integers: a list was taken for a dictionary; loop over it or take an element first.'),
      ],
    }),
  },
  {
    id: 'type/pythonValue',
    pattern:
      /ValueError: (?:invalid literal for int\(\)|could not convert string to float|not enough values to unpack|too many values to unpack)/,
    explain: (l10n) => ({
      title: l10n.t('A value that does not fit'),
      meaning: l10n.t(
        'The type is right, but the value cannot be converted, or has more or fewer parts than expected.',
      ),
      tries: [
        l10n.t('Print the value with `repr(…)` before the line named: spaces, commas and empty text are often there.'),
        l10n.t('Catch `ValueError` where the value comes from a user or a file.'),
      ],
    }),
  },
  {
    id: 'type/javaCast',
    pattern: /(?:ClassCastException|InvalidCastException)/,
    explain: (l10n) => ({
      title: l10n.t('An object is not of the class it is cast to'),
      meaning: l10n.t('The object has another class at run time than the code expects.'),
      tries: [
        l10n.t('Read both class names in the message, and find where the object was made or put into the collection.'),
        l10n.t('Check with `instanceof` (Java) or `is` (C#) before the cast, and use generic types instead of casts.'),
      ],
    }),
  },
  {
    id: 'type/numberFormat',
    pattern: /(?:NumberFormatException|System\.FormatException)(?:: For input string: "(?<value>[^"\n]{0,100})")?/,
    explain: (l10n) => ({
      title: l10n.t('A text that is no number'),
      meaning: l10n.t('A text was to become a number or a date, and is none.'),
      tries: [
        l10n.t('Print the text in quotes before the conversion: spaces, commas and empty text are often there.'),
        l10n.t('Check the input, and handle the failure (`TryParse` in C#, `catch` in Java).'),
      ],
    }),
  },
  {
    id: 'type/goConversion',
    pattern: /interface conversion: (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A type assertion that does not hold'),
      meaning: l10n.t('The value in the interface has another type: {0}.', code('text')),
      tries: [l10n.t('Use the form with two results, `value, ok := x.(T)`, and handle `!ok`.')],
    }),
  },
];
