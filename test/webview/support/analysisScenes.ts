import type { AnalysisFix, AnalysisPreview, AnalysisTurn, AnalysisView } from '../../../src/shared/analysisView.ts';

const fence = '```';

/** A proposed change, in the form that models are asked for. */
export const fixBlock = (path: string): string =>
  [
    `${fence}fix path=${path}`,
    '<<<<<<< SEARCH',
    'const customer = find(id);',
    'return customer.discount;',
    '=======',
    'const customer = find(id);',
    'if (customer === undefined) return 0;',
    'return customer.discount;',
    '>>>>>>> REPLACE',
    fence,
  ].join('\n');

export const fixOf = (state: AnalysisFix['state'], properties: Partial<AnalysisFix> = {}): AnalysisFix => ({
  path: 'shop/customers.ts',
  state,
  ...properties,
});

/** A first answer that came whole, unless said otherwise. */
export const turnOf = (properties: Partial<AnalysisTurn> = {}): AnalysisTurn => ({
  id: 0,
  question: 'TypeError',
  text: '**Cause.** The customer was not found.',
  state: 'done',
  degraded: false,
  progress: [],
  facts: ['Groq Key 2', 'openai/gpt-oss-120b', '1,234 tokens', '1.2 s'],
  fixes: [],
  routeId: 'r1',
  ...properties,
});

/** One that has just been asked for. */
export const runningTurn = (properties: Partial<AnalysisTurn> = {}): AnalysisTurn => {
  const { routeId: _, ...turn } = turnOf({ text: '', state: 'running', facts: [], ...properties });
  return turn;
};

export const preview: AnalysisPreview = {
  headline: 'The error and 2 files, about 800 tokens. 1 secret was replaced.',
  text: [
    "TypeError: Cannot read properties of undefined (reading 'discount')",
    '    at discountOf (shop/customers.ts:14:19)',
    '',
    'shop/customers.ts, lines 1 to 16',
    'const token = "[secret]"; // <b>not bold</b>',
    'return customer.discount;',
  ].join('\n'),
  canRemember: true,
};

const viewBefore = (phase: AnalysisView['phase'], properties: Partial<AnalysisView>): AnalysisView => ({
  version: 1,
  title: "TypeError: Cannot read properties of undefined (reading 'discount')",
  place: 'shop/customers.ts:14',
  phase,
  preview,
  first: [
    { role: 'system', content: 'You explain errors.' },
    { role: 'user', content: preview.text },
  ],
  turns: [],
  hasKeys: true,
  agreed: phase === 'talk',
  ...properties,
});

export const previewView = (properties: Partial<AnalysisPreview> = {}): AnalysisView =>
  viewBefore('preview', { preview: { ...preview, ...properties } });

export const talkView = (...turns: readonly AnalysisTurn[]): AnalysisView => viewBefore('talk', { turns: [...turns] });

/** Nothing was asked of a model: the local guidance. */
export const guidanceView: AnalysisView = {
  ...viewBefore('talk', { first: [], hasKeys: false, agreed: false }),
  turns: [
    runningTurn({
      state: 'done',
      degraded: true,
      facts: ['Local guidance, no model asked'],
      text: 'Something is `undefined` where a value was expected.\n\n1. Look at the line that the trace names first.\n2. Check what the lookup before it found.',
    }),
  ],
};

const { preview: _, ...notSeen } = viewBefore('gathering', {});
const gatheringView: AnalysisView = { ...notSeen, first: [] };

export const richText = [
  '## Cause',
  '',
  'The code reads `discount` of a value that is *undefined* (**line 14**). See [the manual](https://example.com/undefined).',
  '',
  '> A lookup that finds nothing gives `undefined`.',
  '',
  '- find the customer',
  '  - by number',
  '- check it',
  '',
  '| where | what |',
  '|---|---|',
  '| `find` | returns undefined |',
  '| `discountOf` | reads it all the same |',
  '',
  `${fence}ts`,
  'const customer = customers.find(({ id }) => id === wanted) ?? { id: wanted, discount: 0, name: "nobody in particular" };',
  fence,
  '',
  fixBlock('shop/customers.ts'),
].join('\n');

const endless = 'Donaudampfschifffahrtsgesellschaft'.repeat(12);

const oddTurn = turnOf({
  text: `# ${endless}\n\n${endless} \`${endless}\`\n\n> ${endless}\n\n- ${endless}\n\n| ${endless} | b |\n|---|---|\n| c | \`${endless}\` |\n\n${fixBlock(endless)}`,
  facts: [endless, 'Groq Key 2'],
  warning: endless,
  progress: [endless],
  fixes: [fixOf('offered', { path: endless }), fixOf('refused', { path: endless, note: endless })],
});

/** What is looked at: pictures are taken, text must not be cut off, axe-core judges. */
export const analysisScenes = {
  gathering: gatheringView,
  'not there any more': { ...gatheringView, phase: 'nothing' },
  preview: previewView({
    notice: {
      text: 'Groq may use what is sent to improve its models, on a free plan.',
      links: [
        { title: 'Terms of Groq', url: 'https://groq.com/terms' },
        { title: 'How to opt out', url: 'https://console.groq.com/settings' },
      ],
    },
  }),
  'coming in': talkView(
    runningTurn({ text: `${richText.slice(0, 420)}`, progress: ['Groq Key 1 is used up. Asking Groq Key 2…'] }),
  ),
  answered: talkView(
    turnOf({
      text: richText,
      progress: ['Groq Key 1 is used up. Asking Groq Key 2…'],
      warning: '83% quota used: 12,000 of 14,400 tokens a day',
      fixes: [
        fixOf('offered'),
        fixOf('shown', { path: 'shop/invoice.ts' }),
        fixOf('applied', { path: 'shop/total.ts' }),
        fixOf('refused', { path: '../elsewhere.ts', note: 'It names a file outside the workspace.' }),
      ],
    }),
    turnOf({ id: 1, question: 'And if nobody\nis found?', text: 'Then say so.', state: 'cutOff' }),
  ),
  failed: talkView(
    turnOf({ text: '', state: 'failed', error: 'No key could answer: Groq Key 1 was refused.', facts: [] }),
  ),
  stopped: talkView(turnOf({ text: 'The customer was', state: 'cancelled', facts: [] })),
  guidance: guidanceView,
  odd: {
    ...talkView(oddTurn, turnOf({ id: 1, question: endless, state: 'failed', error: endless })),
    title: endless,
    place: endless,
  },
} satisfies Record<string, AnalysisView>;
