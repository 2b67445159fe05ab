import type { Rule } from '../rule.ts';

/** Shell, git and Docker. */
export const commandRules: readonly Rule[] = [
  {
    id: 'command/notFound',
    pattern:
      /(?:command not found: (?<zsh>\S{1,100})|(?:^|[\s:])(?<name>[\w./@-]{1,100}): command not found\b|^\S{0,40}sh: (?:line )?\d{1,5}: (?<sh>[\w./@-]{1,100}): not found\b|'(?<cmd>[^'\n]{1,100})' is not recognized as an internal or external command|The term '(?<ps>[^'\n]{1,100})' is not recognized|exec: "(?<exec>[^"\n]{1,100})": executable file not found)/,
    explain: (l10n, { code, raw }) => {
      const group = ['zsh', 'name', 'sh', 'cmd', 'ps', 'exec'].find((candidate) => raw(candidate) !== '') ?? 'name';
      return {
        title: l10n.t('The command is not there'),
        meaning: l10n.t('{0} is not installed, or not on the `PATH`.', code(group)),
        tries: [
          l10n.t('Install it, then open a new terminal so that the `PATH` is read again.'),
          l10n.t(
            'A tool of the project runs through `npx NAME` or `npm run …`; one of Python through `python -m NAME`.',
          ),
          l10n.t('Check the spelling, and that the virtual environment is active.'),
        ],
      };
    },
  },
  {
    id: 'command/npmScript',
    pattern: /npm (?:error|ERR!) Missing script: "?(?<name>[^"\n]{1,100})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('There is no such npm script'),
      meaning: l10n.t('`package.json` has no script {0}.', code('name')),
      tries: [l10n.t('`npm run` lists those there are. Check that you are in the right folder.')],
    }),
  },
  {
    id: 'git/conflict',
    pattern: /CONFLICT \(|Automatic merge failed|needs merge|You have unmerged paths|^<<<<<<< HEAD/,
    explain: (l10n) => ({
      title: l10n.t('Git cannot merge by itself'),
      meaning: l10n.t('Both sides changed the same lines.'),
      tries: [
        l10n.t(
          'Open the files that `git status` names, choose for each conflict, then `git add` them and go on (`git commit` or `git rebase --continue`).',
        ),
        l10n.t('`git merge --abort` or `git rebase --abort` goes back to where you were.'),
      ],
    }),
  },
  {
    id: 'git/rejected',
    pattern: /! \[(?:remote )?rejected\]|failed to push some refs|non-fast-forward/,
    explain: (l10n) => ({
      title: l10n.t('The push was refused'),
      meaning: l10n.t('The remote branch has commits that you do not have, or is protected.'),
      tries: [
        l10n.t('`git pull --rebase`, then push again.'),
        l10n.t('For a protected branch, push another one and open a pull request.'),
      ],
    }),
  },
  {
    id: 'git/access',
    pattern:
      /Permission denied \(publickey|fatal: Authentication failed|could not read Username for|Repository not found/,
    explain: (l10n) => ({
      title: l10n.t('Git may not reach the repository'),
      meaning: l10n.t('The remote does not accept your key or token, or you may not see the repository.'),
      tries: [
        l10n.t('Check the address with `git remote -v`, and the access with `ssh -T git@github.com` or a new token.'),
      ],
    }),
  },
  {
    id: 'git/notRepository',
    pattern: /fatal: not a git repository/,
    explain: (l10n) => ({
      title: l10n.t('This folder is no git repository'),
      meaning: l10n.t('Neither this folder nor one above it holds a `.git` folder.'),
      tries: [l10n.t('Go into the project folder, or make a repository with `git init`.')],
    }),
  },
  {
    id: 'docker/daemon',
    pattern:
      /Cannot connect to the Docker daemon|error during connect: .{0,100}docker|failed to connect to the docker API/,
    explain: (l10n) => ({
      title: l10n.t('Docker is not running'),
      meaning: l10n.t('The docker command cannot reach its service.'),
      tries: [
        l10n.t('Start Docker Desktop, or `sudo systemctl start docker`.'),
        l10n.t('On Linux, your user must be in the group `docker` (log in again after adding it).'),
      ],
    }),
  },
  {
    id: 'docker/image',
    pattern:
      /pull access denied for (?<name>[^\s,]{1,150})|manifest (?:for \S{1,150} )?(?:not found|unknown)|failed to solve: (?<text>.{1,200})/,
    explain: (l10n) => ({
      title: l10n.t('Docker cannot get or build the image'),
      meaning: l10n.t('The image or tag does not exist, is private, or a step of the build failed.'),
      tries: [l10n.t('Check name and tag, log in with `docker login`, and read the first failing step of the build.')],
    }),
  },
];
