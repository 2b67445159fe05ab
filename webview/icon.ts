/** Drawn on 16 by 16 in the colour of the text around. */
const paths = {
  pass: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm3.1 3L7.2 9.7 4.9 7.5l-.7.7 3 2.9 4.6-4.9-.7-.7Z',
  warning: 'M8 1.6 14.9 14H1.1L8 1.6Zm0 2L2.8 13h10.4L8 3.6Zm-.5 3h1v3.6h-1V6.6Zm0 4.6h1v1h-1v-1Z',
  clock:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm-.5 2v4l2.9 1.7.5-.9-2.4-1.4V4.5h-1Z',
  slash:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 0 1 3.5 1.2l-7.8 7.8A5.5 5.5 0 0 1 8 2.5Zm4.3 2a5.5 5.5 0 0 1-7.8 7.8l7.8-7.8Z',
  shield:
    'M8 1 14 3.2v4c0 3.6-2.4 6.5-6 7.8-3.6-1.3-6-4.2-6-7.8v-4L8 1Zm0 1.1L3 3.9v3.3c0 3 2 5.5 5 6.7 3-1.2 5-3.7 5-6.7V3.9L8 2.1Zm-.5 2.9h1v4h-1V5Zm0 5h1v1h-1v-1Z',
  error:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm2.1 2.7.7.7L8.7 8l2.1 2.1-.7.7L8 8.7l-2.1 2.1-.7-.7L7.3 8 5.2 5.9l.7-.7L8 7.3l2.1-2.1Z',
  pause:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM6 5h1v6H6V5Zm3 0h1v6H9V5Z',
  question:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm0 2a2.2 2.2 0 0 0-2.2 2.2h1a1.2 1.2 0 1 1 1.9 1c-.7.5-1.2 1-1.2 1.8v.3h1v-.3c0-.3.2-.6.8-1A2.2 2.2 0 0 0 8 4.5Zm-.5 6.2h1v1h-1v-1Z',
  lock: 'M8 1.5a3.2 3.2 0 0 0-3.2 3.2V7H3.5v7.5h9V7h-1.3V4.7A3.2 3.2 0 0 0 8 1.5Zm0 1c1.2 0 2.2 1 2.2 2.2V7H5.8V4.7c0-1.2 1-2.2 2.2-2.2ZM4.5 8h7v5.5h-7V8Z',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM7.5 7h1v4.5h-1V7Zm0-2.5h1v1.2h-1V4.5Z',
  more: 'M3 6.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Zm5 0a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Zm5 0a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Z',
  chevron: 'm5.7 3 .7-.7L12 8l-5.6 5.7-.7-.7L10.6 8 5.7 3Z',
} as const;

export type IconName = keyof typeof paths;

const svg = 'http://www.w3.org/2000/svg';

/** Beside words that say the same: it is hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const made = document.createElementNS(svg, 'svg');
  made.setAttribute('viewBox', '0 0 16 16');
  made.setAttribute('aria-hidden', 'true');
  made.classList.add('icon');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  made.append(path);
  return made;
}
