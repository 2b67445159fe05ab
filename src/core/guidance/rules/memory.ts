import type { Rule } from '../rule.ts';

/** Memory and stack that ran out. */
export const memoryRules: readonly Rule[] = [
  {
    id: 'memory/stack',
    pattern:
      /Maximum call stack size exceeded|too much recursion|RecursionError|StackOverflowError|StackOverflowException|has overflowed its stack|goroutine stack exceeds|stack overflow/,
    explain: (l10n) => ({
      title: l10n.t('A function calls itself without end'),
      meaning: l10n.t('The calls are nested so deeply that the stack is full.'),
      tries: [
        l10n.t('Look at the lines that repeat in the trace: they are the circle.'),
        l10n.t('Check the condition that should end it; setters, getters and event handlers can call themselves too.'),
        l10n.t('For data that really is deep, use a loop with a list of your own.'),
      ],
    }),
  },
  {
    id: 'memory/heap',
    pattern:
      /JavaScript heap out of memory|Allocation failed - |java\.lang\.OutOfMemoryError|^MemoryError|numpy.{0,30}_ArrayMemoryError|System\.OutOfMemoryException|fatal error: (?:runtime: )?out of memory|memory allocation of \d+ bytes failed|ENOMEM|OOMKilled|Out of memory: Killed process|exit(?:ed with)? code:? 137|Allowed memory size of \d+ bytes exhausted|CUDA out of memory/,
    explain: (l10n) => ({
      title: l10n.t('The memory is full'),
      meaning: l10n.t('The program needs more memory than it may have.'),
      tries: [
        l10n.t('Ask first what grows: a list, cache or map that is never emptied, a whole file or table read at once.'),
        l10n.t('Work in pieces: streams, generators, pages.'),
        l10n.t(
          'If the need is real, raise the limit: {0} (Node), `-Xmx4g` (Java), the memory of the container.',
          '`NODE_OPTIONS=--max-old-space-size=4096`',
        ),
      ],
    }),
  },
  {
    id: 'memory/segfault',
    pattern:
      /Segmentation fault|SIGSEGV|AccessViolationException|double free or corruption|AddressSanitizer: (?<kind>[\w-]{1,60})/,
    explain: (l10n) => ({
      title: l10n.t('Memory was used that is not the program’s own'),
      meaning: l10n.t('Native code used a pointer that is null, freed or out of bounds.'),
      tries: [
        l10n.t(
          'Run in a debugger (`gdb`, `lldb`) or with `-fsanitize=address`, and look at the frame where it stopped.',
        ),
        l10n.t('In Node or Python a native package is the likely place: install it again for the version you run.'),
      ],
    }),
  },
];
