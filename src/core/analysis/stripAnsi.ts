/* oxlint-disable no-control-regex -- control characters are what this file removes */

/**
 * Terminal colours, cursor moves and titles, and the other control characters except tab and line
 * ends. Carriage returns that overwrite a line (progress bars) become line ends.
 */
export function stripAnsi(text: string): string {
  return text.replace(sequences, '').replace(/\r\n?/g, '\n').replace(controls, '');
}

const sequences =
  /\u001b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\u001b\][^\u0007\u001b\n]{0,2048}(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
