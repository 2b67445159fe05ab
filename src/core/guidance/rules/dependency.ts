import type { Rule } from '../rule.ts';

/** Package managers that cannot find versions that fit together. */
export const dependencyRules: readonly Rule[] = [
  {
    id: 'dependency/npmConflict',
    pattern: /\bERESOLVE\b|unable to resolve dependency tree|Conflicting peer dependency/,
    explain: (l10n) => ({
      title: l10n.t('npm finds no versions that fit together'),
      meaning: l10n.t('Two packages ask for versions of a third (a peer dependency) that exclude each other.'),
      tries: [
        l10n.t('Read the lines "Found" and "Could not resolve": they name the three packages.'),
        l10n.t('Update the package that asks for the older version, or install the version that both accept.'),
        l10n.t('As a last resort `npm install --legacy-peer-deps`, knowing that the pair was never tested together.'),
      ],
    }),
  },
  {
    id: 'dependency/npmMissing',
    pattern: /npm (?:error|ERR!) (?:code )?(?:E404|ETARGET)|No matching version found for (?<name>\S{1,200})/,
    explain: (l10n) => ({
      title: l10n.t('npm does not find the package or version'),
      meaning: l10n.t('The registry has no package of that name, or not in that version.'),
      tries: [
        l10n.t('Check the spelling, and the versions there are: `npm view NAME versions`.'),
        l10n.t('For a private package, check the registry in `.npmrc` and that you are logged in.'),
      ],
    }),
  },
  {
    id: 'dependency/npmLock',
    pattern:
      /npm ci.{0,60}can only install packages when your package\.json and package-lock\.json|lock ?file.{0,40}(?:out of (?:date|sync)|not up to date)/,
    explain: (l10n) => ({
      title: l10n.t('The lock file does not fit the package file'),
      meaning: l10n.t('`package.json` was changed without the lock file.'),
      tries: [l10n.t('Run `npm install` and commit the changed lock file.')],
    }),
  },
  {
    id: 'dependency/engine',
    pattern:
      /EBADENGINE|The engine "?node"? is incompatible|requires a different Python: (?<python>[\d.]{1,20})|Requires-Python/,
    explain: (l10n) => ({
      title: l10n.t('The runtime has another version than the package needs'),
      meaning: l10n.t(
        'A package names the versions of Node or Python that it works with, and yours is not among them.',
      ),
      tries: [
        l10n.t(
          'Compare `node --version` or `python --version` with what it needs, and switch (nvm, pyenv) or take another version of the package.',
        ),
      ],
    }),
  },
  {
    id: 'dependency/pip',
    pattern:
      /ResolutionImpossible|Cannot install .{1,150} because these package versions have conflicting dependencies|pip's dependency resolver does not currently take into account|ERROR: Could not find a version that satisfies the requirement (?<name>\S{1,100})|No matching distribution found for (?<other>\S{1,100})/,
    explain: (l10n) => ({
      title: l10n.t('pip finds no versions that fit'),
      meaning: l10n.t('The wanted packages exclude each other, or none exists for this Python and system.'),
      tries: [
        l10n.t('Read the lines that follow: they name who wants which version.'),
        l10n.t('Loosen the pinned versions in `requirements.txt`, or start with a new virtual environment.'),
        l10n.t('Check the spelling, `python --version`, and update pip: `python -m pip install --upgrade pip`.'),
      ],
    }),
  },
  {
    id: 'dependency/cargo',
    pattern: /failed to select a version for (?:the requirement )?[`](?<name>[^`\n]{1,150})[`]/,
    explain: (l10n, { code }) => ({
      title: l10n.t('Cargo finds no versions that fit together'),
      meaning: l10n.t('No version of {0} meets all requirements.', code('name')),
      tries: [l10n.t('Run `cargo update`, and look at the requirements with `cargo tree -d`.')],
    }),
  },
  {
    id: 'dependency/java',
    pattern:
      /Could not (?:resolve dependencies for project|find artifact|resolve all (?:files|dependencies|artifacts) for) ?(?<name>\S{0,200})/,
    explain: (l10n) => ({
      title: l10n.t('The build does not find a library'),
      meaning: l10n.t('A dependency of the build is in none of the repositories, or cannot be downloaded.'),
      tries: [
        l10n.t('Check group, name and version, and the list of repositories in the build file.'),
        l10n.t(
          'Check network and proxy; then try again past the cache: `mvn -U …` or `gradle --refresh-dependencies …`.',
        ),
      ],
    }),
  },
];
