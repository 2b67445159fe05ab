import type { Rule } from '../rule.ts';

/** Something is used that is undefined, null, None, nil or not in the collection. */
export const undefinedRules: readonly Rule[] = [
  {
    id: 'undefined/jsProperty',
    pattern:
      /Cannot (?:read|set) propert(?:y|ies) (?:of (?<what>undefined|null)(?: \((?:reading|setting) '(?<name>[^'\n]{1,100})'\))?|'(?<old>[^'\n]{1,100})' of (?<oldWhat>undefined|null))/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('A property of something that is not there'),
      meaning: l10n.t(
        'The code asks for {0} of a value that is {1} at that moment.',
        code(raw('name') === '' ? 'old' : 'name'),
        code(raw('what') === '' ? 'oldWhat' : 'what'),
      ),
      tries: [
        l10n.t('At the line named, look at what stands before the dot: that is what is missing. Log it there.'),
        l10n.t(
          'Ask why it is missing: not loaded yet (an `await` forgotten), another spelling, an empty result, a missing `return`.',
        ),
        l10n.t('Where it may rightly be absent, check for it first, or use `?.` and `??`.'),
      ],
    }),
  },
  {
    id: 'undefined/jsFirefox',
    pattern:
      /TypeError: (?:can't access property "(?<name>[^"\n]{1,100})", )?(?<what>[\w.$[\]()]{1,100}) is (?<value>undefined|null)\b/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A property of something that is not there'),
      meaning: l10n.t('{0} is {1} at that moment, and the code uses it as an object.', code('what'), code('value')),
      tries: [
        l10n.t('Log the value just before the line named, and follow where it comes from.'),
        l10n.t('Where it may rightly be absent, check for it first, or use `?.` and `??`.'),
      ],
    }),
  },
  {
    id: 'undefined/jsDestructure',
    pattern:
      /Cannot destructure property '(?<name>[^'\n]{1,100})' of '(?<what>[^'\n]{1,100})' as it is (?<value>undefined|null)/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Taking a property out of something that is not there'),
      meaning: l10n.t('{0} is {1}, so that {2} cannot be taken out of it.', code('what'), code('value'), code('name')),
      tries: [
        l10n.t('Check what the caller passes: the argument may be missing.'),
        l10n.t('Give the parameter a default, such as `= {}`.'),
      ],
    }),
  },
  {
    id: 'undefined/jsReference',
    pattern:
      /(?:ReferenceError: (?<name>[\w$]{1,100}) is not defined|ReferenceError: Cannot access '(?<early>[\w$]{1,100})' before initialization)/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('A name that does not exist here'),
      meaning:
        raw('early') === ''
          ? l10n.t('Nothing named {0} is known at that place.', code('name'))
          : l10n.t('{0} is used before the line that declares it has run.', code('early')),
      tries: [
        l10n.t('Check the spelling and whether an import is missing.'),
        l10n.t('A name declared inside a block or function is not known outside of it.'),
        l10n.t('Two modules that import each other also lead to use before declaration.'),
        l10n.t('`window` and `document` exist only in browsers, `process` and `require` only in Node.'),
      ],
    }),
  },
  {
    id: 'undefined/pythonNone',
    pattern:
      /(?:AttributeError: 'NoneType' object has no attribute '(?<name>\w{1,100})'|TypeError: 'NoneType' object is not (?<use>[\w ]{1,40}))/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Something is None'),
      meaning:
        raw('name') === ''
          ? l10n.t('A value that is `None` is used as if it were {0}.', code('use'))
          : l10n.t('The code asks for {0} of a value that is `None`.', code('name')),
      tries: [
        l10n.t(
          'Look at what stands before the dot, bracket or parenthesis on the line named, and at the function that returned it.',
        ),
        l10n.t(
          'A function without `return` gives `None`, and so do `list.sort()`, `dict.get()` and `re.match()` that find nothing.',
        ),
        l10n.t('Check with `if value is None` where it may rightly be absent.'),
      ],
    }),
  },
  {
    id: 'undefined/pythonAttribute',
    pattern: /AttributeError: (?:module )?'(?<type>[\w.]{1,100})'(?: object)? has no attribute '(?<name>\w{1,100})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('No such attribute'),
      meaning: l10n.t('{0} has no attribute {1}.', code('type'), code('name')),
      tries: [
        l10n.t('Check the spelling, and that the object is of the type that you expect: `print(type(value))`.'),
        l10n.t('For a module, see that no file of yours has its name, and which version is installed.'),
      ],
    }),
  },
  {
    id: 'undefined/pythonKey',
    pattern: /^\s{0,20}KeyError: (?<name>.{1,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('No such key in the dictionary'),
      meaning: l10n.t('The dictionary has no key {0}.', code('name')),
      tries: [
        l10n.t('Print the keys that are there (`print(d.keys())`): spelling, capitals, and `1` against `"1"` matter.'),
        l10n.t('Use `d.get(key, default)` where the key may be absent.'),
        l10n.t('With `os.environ`, the environment variable is not set.'),
      ],
    }),
  },
  {
    id: 'undefined/index',
    pattern:
      /(?:IndexError: (?:list|tuple|string|pop from empty list)|ArrayIndexOutOfBoundsException|StringIndexOutOfBoundsException|IndexOutOfBoundsException|IndexOutOfRangeException|ArgumentOutOfRangeException|index out of range \[|index out of bounds: the len is)/,
    explain: (l10n) => ({
      title: l10n.t('An index outside of the list'),
      meaning: l10n.t('The code asks for an element at a place that the list, array or string does not have.'),
      tries: [
        l10n.t('Compare the index with the length at the line named. Indexes end at length − 1.'),
        l10n.t('Look at the loop: `<` instead of `<=`, and no change of the list while it runs.'),
        l10n.t('Handle the empty list: a search without result, a file without lines, missing command line arguments.'),
      ],
    }),
  },
  {
    id: 'undefined/java',
    pattern:
      /NullPointerException(?:: Cannot (?:invoke|read|load|store|assign|throw|enter)[^\n]{0,200} because "(?<what>[^"\n]{1,200})" is null)?/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Something is null'),
      meaning:
        raw('what') === ''
          ? l10n.t('A method or field of a variable that is `null` is used.')
          : l10n.t('{0} is `null`, and one of its methods or fields is used.', code('what')),
      tries: [
        l10n.t(
          'Go to the first line of the trace in your own code, and see where the variable should have got its value.',
        ),
        l10n.t(
          'Fields that no constructor sets, `Map.get` without a result and missing injection are the usual reasons.',
        ),
        l10n.t('Where it may rightly be absent, check for `null` or return an `Optional`.'),
      ],
    }),
  },
  {
    id: 'undefined/go',
    pattern: /invalid memory address or nil pointer dereference|assignment to entry in nil map/,
    explain: (l10n) => ({
      title: l10n.t('Something is nil'),
      meaning: l10n.t('A pointer, map or interface that is `nil` is used.'),
      tries: [
        l10n.t('Go to the first line of the goroutine trace that lies in your own code.'),
        l10n.t('Check `err` before you use the value returned with it.'),
        l10n.t('Make a map with `make(map[…]…)` before writing to it.'),
      ],
    }),
  },
  {
    id: 'undefined/csharp',
    pattern: /NullReferenceException|Object reference not set to an instance of an object/,
    explain: (l10n) => ({
      title: l10n.t('Something is null'),
      meaning: l10n.t('A member of an object that is `null` is used.'),
      tries: [
        l10n.t('Go to the first line of the trace in your own code, and look at each dot on it.'),
        l10n.t('Fields that were never set and `FirstOrDefault` without a result are the usual reasons.'),
        l10n.t('Switch on nullable reference types: the compiler then names such places.'),
      ],
    }),
  },
  {
    id: 'undefined/rustUnwrap',
    pattern:
      /called `(?<call>Option::unwrap|Result::unwrap|Option::expect|Result::expect)\(\)` on an? `(?<value>None|Err)`/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Unwrapping a value that is not there'),
      meaning: l10n.t('{0} was called on {1}.', code('call'), code('value')),
      tries: [
        l10n.t('Handle the other case with `match`, `if let`, `unwrap_or` or `?`.'),
        l10n.t('Read the text in `Err(…)`: it says what failed.'),
        l10n.t('Run with `RUST_BACKTRACE=1` to see who called.'),
      ],
    }),
  },
  {
    id: 'undefined/pythonName',
    pattern: /(?:NameError: name|UnboundLocalError: (?:cannot access )?local variable) '(?<name>\w{1,100})'/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A name that does not exist here'),
      meaning: l10n.t('Nothing named {0} has a value at that place.', code('name')),
      tries: [
        l10n.t('Check the spelling, and whether an import is missing.'),
        l10n.t(
          'A function that assigns to a name makes it local: pass it in, return it, or declare it `global` or `nonlocal`.',
        ),
        l10n.t('A name set only inside an `if` or `try` is not set when that part did not run.'),
      ],
    }),
  },
  {
    id: 'undefined/c',
    pattern:
      /error: (?:use of undeclared identifier )?[‘'](?<name>[^’'\n]{1,100})[’'](?: undeclared| was not declared in this scope|$)/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A name that does not exist here'),
      meaning: l10n.t('Nothing named {0} is declared at that place.', code('name')),
      tries: [l10n.t('Check the spelling, the `#include` that declares it, and its namespace (`std::`).')],
    }),
  },
];
