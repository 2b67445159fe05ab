import type { AnswerPlan, ChatAsk } from './answer.ts';
import { type CannedFix, fixBlock, missingKeyFix, missingValueFix } from './cannedFix.ts';

/** `[[tool:readFile {"path":"a.ts"}]]` in a prompt makes the model call that tool, if it was sent. */
const toolWish = /\[\[tool:(?<name>[\w-]+)(?:\s+(?<args>\{.*?\}))?\]\]/gs;

/** What is answered where a test says nothing: tool calls that are wished for, help for known errors. */
export function cannedAnswer(ask: ChatAsk): AnswerPlan {
  if (ask.toolResult !== undefined) return `The tool answered: ${ask.toolResult}`;
  const toolCalls = [...ask.lastUserText.matchAll(toolWish)]
    .map(({ groups }) => ({ name: groups?.['name'] ?? '', arguments: groups?.['args'] ?? '{}' }))
    .filter(({ name }) => ask.toolNames.includes(name));
  if (toolCalls.length > 0) return { toolCalls, text: '' };
  const prompt = ask.lastUserText;
  if (/Cannot read propert(?:y|ies) of (?:undefined|null)/i.test(prompt)) return missingValue(missingValueFix(prompt));
  if (/KeyError/.test(prompt)) return missingKey(missingKeyFix(prompt));
  if (/ModuleNotFoundError|Cannot find module/.test(prompt)) return missingModule;
  return other;
}

const fence = '```';

/** Prompts that ask for the fix in a form of its own show the code; without it an example must do. */
const withFix = (fix: CannedFix | undefined, example: string): string => (fix === undefined ? example : fixBlock(fix));

const placeOf = (fix: CannedFix | undefined, otherwise: string): string =>
  fix === undefined ? otherwise : `\`${fix.path}\`, line ${fix.line}`;

const missingValue = (
  fix: CannedFix | undefined,
): string => `**Cause.** The code reads a property of a value that is \`undefined\` at that moment (${placeOf(fix, 'the first line of the stack trace that is yours')}). The lookup just before it found nothing, and nobody checked.

**Fix.** Handle the missing case before the value is used, so that the error names what was not found instead of failing a step later. Optional chaining would stop the crash too, but it passes \`undefined\` on to the caller: prefer the check where a missing value is a mistake.
${withFix(
  fix,
  `
${fence}ts
const user = users.find((one) => one.id === id);
if (user === undefined) throw new Error(\`No user with the id \${id}\`);
return user.name;
${fence}
`,
)}`;

const missingKey = (
  fix: CannedFix | undefined,
): string => `**Cause.** One of the dictionaries has no such key, and square brackets raise \`KeyError\` for a missing one (${placeOf(fix, 'the last line of the traceback that is yours')}). Data from more than one source often differs in this way.

**Fix.** Decide what a missing value means, and say so in the code: leave the entry out, or give it a default.
${withFix(
  fix,
  `
${fence}python
price = prices.get(item)
if price is None:
    raise ValueError(f"no price for {item!r}")
${fence}
`,
)}`;

const missingModule = `**Cause.** The program imports a module that is not installed where it runs.

**Fix.** Install it in the same environment, then run again. If it is a file of your own, check the relative path and the spelling.

${fence}sh
npm install
python -m pip install -r requirements.txt
${fence}
`;

const other = `This is the simulator’s answer. In short: read the first line of the error, go to the file and line that it names, and check the value that it complains of.

${fence}ts
console.log({ value });
${fence}
`;
