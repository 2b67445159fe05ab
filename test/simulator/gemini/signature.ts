import { alphanumerics } from '../demoKey.ts';

/** What comes with a tool call and must be sent back with it next turn. */
export const signatureOf = (toolCallId: string): string => `${alphanumerics(`signature of ${toolCallId}`, 86)}==`;
