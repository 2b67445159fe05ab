import * as z from 'zod';

const names = [
  'addKey',
  'answer',
  'answering',
  'apply',
  'applied',
  'askAgain',
  'asking',
  'askFollowUp',
  'cancel',
  'cancelled',
  'copied',
  'copy',
  'copyCode',
  'cutOff',
  'degraded',
  'done',
  'dontAskAgain',
  'failed',
  'fixes',
  'fixShownFirst',
  'followUpLabel',
  'followUpPlaceholder',
  'gathering',
  'importEnv',
  'noReply',
  'nothing',
  'send',
  'sent',
  'showFix',
  'steps',
  'stop',
  'whatWillBeSent',
  'whyThisKey',
  'you',
] as const;

/** The panel's words, in the user's language; the host fills them in. */
export const analysisStrings = z.record(z.enum(names), z.string());

export type AnalysisStrings = z.infer<typeof analysisStrings>;
