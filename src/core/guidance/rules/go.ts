import type { Rule } from '../rule.ts';

/** The compiler's usual errors. */
export const goRules: readonly Rule[] = [
  {
    id: 'go/unused',
    pattern:
      /(?:declared and not used: (?<name>\w{1,100})|\s(?<old>\w{1,100}) declared (?:and|but) not used|"(?<import>[^"\n]{1,200})" imported and not used)/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Something is declared and never used'),
      meaning: l10n.t(
        'Go does not compile with it: {0}.',
        code(raw('name') !== '' ? 'name' : raw('old') !== '' ? 'old' : 'import'),
      ),
      tries: [
        l10n.t('Remove it, or use it. `_ = name` keeps a variable for now, `_ "path"` an import for its side effects.'),
        l10n.t('With `:=` inside a block a new variable was declared where `=` was meant.'),
      ],
    }),
  },
  {
    id: 'go/undefined',
    pattern: /\.go:\d{1,6}:\d{1,4}: undefined: (?<name>[\w.]{1,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Go does not know this name'),
      meaning: l10n.t('Nothing named {0} is declared here.', code('name')),
      tries: [
        l10n.t('Check spelling and capitals: only names that begin with a capital are visible to other packages.'),
        l10n.t('If it is in another file of the package, run `go run .` rather than one file.'),
        l10n.t('Check the import, and build tags of the file that declares it.'),
      ],
    }),
  },
  {
    id: 'go/method',
    pattern: /(?:^|\s)(?<name>[\w.]{1,100}) undefined \(type (?<type>[^\s)]{1,100}) has no field or method/,
    explain: (l10n, { code }) => ({
      title: l10n.t('No such field or method'),
      meaning: l10n.t('{0} does not exist on the type {1}.', code('name'), code('type')),
      tries: [l10n.t('Check spelling and capitals, and whether the value is an interface or pointer to another type.')],
    }),
  },
  {
    id: 'go/types',
    pattern:
      /cannot use (?<value>.{1,150}?) as (?<type>.{1,100}?) value in|mismatched types (?<left>[\w.]{1,60}) and (?<right>[\w.]{1,60})/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('A value of another type than wanted'),
      meaning:
        raw('value') === ''
          ? l10n.t('An operation between {0} and {1} is not allowed.', code('left'), code('right'))
          : l10n.t('{0} cannot be used where {1} is wanted.', code('value'), code('type')),
      tries: [
        l10n.t('Convert it (`float64(n)`, `strconv.Itoa(n)`); Go never does so by itself.'),
        l10n.t(
          'For an interface, the missing method is named at the end; a method with a pointer receiver needs `&value`.',
        ),
      ],
    }),
  },
  {
    id: 'go/returns',
    pattern:
      /missing return$|not enough (?:return values|arguments in call)|too many (?:return values|arguments in call)|assignment mismatch: /,
    explain: (l10n) => ({
      title: l10n.t('The number of values does not fit'),
      meaning: l10n.t('A call, a return or an assignment has more or fewer values than declared.'),
      tries: [l10n.t('Compare with the declaration; most functions also return an `error` that must be taken.')],
    }),
  },
  {
    id: 'go/deadlock',
    pattern: /all goroutines are asleep - deadlock!/,
    explain: (l10n) => ({
      title: l10n.t('Everything waits for everything'),
      meaning: l10n.t('No goroutine can go on: each waits on a channel, lock or wait group.'),
      tries: [
        l10n.t(
          'Look at what each goroutine in the trace waits for: a send without a receiver, a channel nobody closes, a `Done` that is missing.',
        ),
      ],
    }),
  },
  {
    id: 'go/race',
    pattern: /WARNING: DATA RACE|concurrent map (?:writes|read and map write|iteration and map write)/,
    explain: (l10n) => ({
      title: l10n.t('Two goroutines use the same memory at once'),
      meaning: l10n.t('At least one of them writes, and nothing keeps them apart.'),
      tries: [l10n.t('Guard it with a `sync.Mutex`, use `sync.Map`, or let one goroutine own it.')],
    }),
  },
];
