import type { AnswerPlan, ChatAsk } from './answer.ts';

/** `[[tool:readFile {"path":"a.ts"}]]` in a prompt makes the model call that tool, if it was sent. */
const toolWish = /\[\[tool:(?<name>[\w-]+)(?:\s+(?<args>\{.*?\}))?\]\]/gs;

/** What is answered where a test says nothing: tool calls that are wished for, help for known errors. */
export function cannedAnswer(ask: ChatAsk): AnswerPlan {
  if (ask.toolResult !== undefined) return `The tool answered: ${ask.toolResult}`;
  const toolCalls = [...ask.lastUserText.matchAll(toolWish)]
    .map(({ groups }) => ({ name: groups?.['name'] ?? '', arguments: groups?.['args'] ?? '{}' }))
    .filter(({ name }) => ask.toolNames.includes(name));
  if (toolCalls.length > 0) return { toolCalls, text: '' };
  return known.find(({ pattern }) => pattern.test(ask.prompt))?.answer ?? other;
}

const fence = '```';

const known: readonly { readonly pattern: RegExp; readonly answer: string }[] = [
  {
    pattern: /Cannot read propert(?:y|ies) of (?:undefined|null)|is possibly 'undefined'/i,
    answer: `**What happened.** The code reads a property of a value that is \`undefined\` at that moment. The lookup just before it found nothing, and nobody checked.

**Where to look.** The line named first in the stack trace: the object on the left of the dot is the one that is missing.

**Fix.** Handle the missing case before using the value:

${fence}ts
const user = users.find((one) => one.id === id);
if (user === undefined) {
  throw new Error(\`No user with the id \${id}\`);
}
return user.name;
${fence}

Optional chaining (\`user?.name\`) also stops the crash, but passes \`undefined\` on to the caller, so prefer the check where a missing user is a mistake.
`,
  },
  {
    pattern: /KeyError/,
    answer: `**What happened.** The dictionary has no such key, and square brackets raise \`KeyError\` for a missing one.

**Where to look.** Compare the name in the error with the names that the data really has: a spelling that differs in case is the usual reason.

**Fix.** Ask with \`get\` and say what stands in for a missing value:

${fence}python
price = prices.get(item)
if price is None:
    raise ValueError(f"no price for {item!r}")
${fence}

Use \`prices.get(item, 0)\` instead only if a missing price really means zero.
`,
  },
  {
    pattern: /ModuleNotFoundError|Cannot find module/,
    answer: `**What happened.** The program imports a module that is not installed where it runs.

**Fix.** Install it in the same environment, then run again:

${fence}sh
npm install        # Node: what package.json names
python -m pip install -r requirements.txt
${fence}

If it is a file of your own, check the relative path and the spelling.
`,
  },
];

const other = `This is the simulator’s answer. In short: read the first line of the error, go to the file and line it names, and check the value that it complains of.

${fence}ts
console.log({ value });
${fence}
`;
