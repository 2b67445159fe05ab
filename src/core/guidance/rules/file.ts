import type { L10n } from '../../ports.ts';
import type { Explanation, Found, Rule } from '../rule.ts';

/** Files, folders and permissions. */
export const fileRules: readonly Rule[] = [
  {
    id: 'file/commandMissing',
    pattern: /spawn (?<name>[^\s]{1,200}) ENOENT/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A program to be started is not there'),
      meaning: l10n.t('{0} is not installed, or not on the `PATH`.', code('name')),
      tries: [
        l10n.t('Install it, or give its full path.'),
        l10n.t('The working folder given to `spawn` must exist too: the same error comes when it does not.'),
        l10n.t('On Windows, `npm` and other scripts end in `.cmd` and need `shell: true`.'),
      ],
    }),
  },
  {
    id: 'file/missing',
    pattern: /ENOENT: no such file or directory(?:, \w{1,20}(?: '(?<path>[^'\n]{1,300})')?)?/,
    explain: missing,
  },
  {
    id: 'file/missingPython',
    pattern: /FileNotFoundError: \[(?:Errno|WinError) \d{1,5}\][^'"\n]{0,100}(?:['"](?<path>[^'"\n]{1,300})['"])?/,
    explain: missing,
  },
  {
    id: 'file/missingJava',
    pattern:
      /(?:FileNotFoundException|NoSuchFileException|DirectoryNotFoundException): (?:Could not find [\w ]{1,30}')?(?<path>[^\s('\n]{1,300})/,
    explain: missing,
  },
  {
    id: 'file/missingGo',
    pattern:
      /\b(?:open|stat|lstat|chdir|mkdir|fork\/exec) (?<path>[^\n:]{1,300}): (?:no such file or directory|The system cannot find the (?:file|path) specified)/,
    explain: missing,
  },
  {
    id: 'file/missingShell',
    pattern: /(?:^|[\s'"])(?<path>[^\s:'"]{1,200})'?: (?:\[Errno 2\] )?No such file or directory/,
    explain: missing,
  },
  {
    id: 'file/missingRust',
    pattern: /No such file or directory|kind: NotFound\b/,
    explain: missing,
  },
  {
    id: 'file/permission',
    pattern:
      /(?:EACCES|EPERM)(?:: [\w ]{1,60}, \w{1,20} '?(?<path>[^'\n]{1,300}))?|PermissionError: \[(?:Errno|WinError) \d+\]|[Pp]ermission denied|AccessDeniedException|UnauthorizedAccessException|Access is denied/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('No permission'),
      meaning:
        raw('path') === ''
          ? l10n.t('The user that runs the program may not do this to the file, folder or port.')
          : l10n.t('The user that runs the program may not do this to {0}.', code('path')),
      tries: [
        l10n.t('Look at owner and rights: `ls -l` (Linux, macOS), Properties → Security (Windows).'),
        l10n.t('Do not run package managers with `sudo`; if it happened once, give the files back with `chown`.'),
        l10n.t('On Windows, close programs that hold the file open. A script needs `chmod +x`.'),
        l10n.t('Ports below 1024 need special rights: use a higher one.'),
      ],
    }),
  },
  {
    id: 'file/isDirectory',
    pattern: /EISDIR|IsADirectoryError|ENOTDIR|NotADirectoryError/,
    explain: (l10n) => ({
      title: l10n.t('A folder was taken for a file, or the other way round'),
      meaning: l10n.t('The path leads to the other kind of thing than the operation needs.'),
      tries: [l10n.t('Print the full path. A file name may be missing at its end, or be empty.')],
    }),
  },
  {
    id: 'file/exists',
    pattern: /EEXIST|FileExistsError|FileAlreadyExistsException/,
    explain: (l10n) => ({
      title: l10n.t('It already exists'),
      meaning: l10n.t('A file or folder is to be made where there already is one.'),
      tries: [
        l10n.t('Make folders with `recursive: true` (Node) or `exist_ok=True` (Python), or remove the old one first.'),
      ],
    }),
  },
  {
    id: 'file/tooMany',
    pattern: /EMFILE|ENFILE|[Tt]oo many open files|ENOSPC: System limit for number of file watchers/,
    explain: (l10n) => ({
      title: l10n.t('Too many files are open or watched'),
      meaning: l10n.t('The limit of the system or the process for open or watched files is reached.'),
      tries: [
        l10n.t('Close files after use (`with`, `using`, `try … finally`), and open fewer at the same time.'),
        l10n.t('Raise the limit: `ulimit -n`, on Linux `fs.inotify.max_user_watches` for watchers.'),
      ],
    }),
  },
  {
    id: 'file/diskFull',
    pattern: /ENOSPC|[Nn]o space left on device|There is not enough space on the disk/,
    explain: (l10n) => ({
      title: l10n.t('The disk is full'),
      meaning: l10n.t('No room is left where the program writes.'),
      tries: [l10n.t('Look with `df -h`; `docker system prune` and the caches of package managers often free much.')],
    }),
  },
];

function missing(l10n: L10n, { code, raw }: Found): Explanation {
  return {
    title: l10n.t('A file or folder is not there'),
    meaning:
      raw('path') === ''
        ? l10n.t('The program opens a file or folder that does not exist at that place.')
        : l10n.t('The program opens {0}, which does not exist at that place.', code('path')),
    tries: [
      l10n.t(
        'A relative path is taken from the folder the program was started in, not from the source file: print the current folder.',
      ),
      l10n.t('Build paths from the file itself (`import.meta.dirname`, `__dirname`, `Path(__file__).parent`).'),
      l10n.t('Check the spelling, capitals included, and make the folder before writing into it.'),
    ],
  };
}
