import MarkdownIt from 'markdown-it';

import { textButton } from '../components.ts';
import { element } from '../element.ts';
import { changeNode } from './changeNode.ts';
import { safeNodes } from './safeHtml.ts';

export type AnswerTextPorts = {
  readonly copyCodeLabel: string;
  readonly onCopyCode: (code: string) => void;
  readonly onLink: (href: string) => void;
};

// Images would be remote content. Addresses are links where they say so themselves: `file.rs` is no domain.
const markdown = new MarkdownIt({ html: false, linkify: true }).disable('image');
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

type Environment = Parameters<typeof markdown.parse>[1];
type Token = ReturnType<typeof markdown.parse>[number];
type Block = { readonly source: string; readonly tokens: readonly Token[] };

/**
 * An answer as it grows. Whole blocks that did not change keep their nodes, so that what the user
 * has selected or a screen reader stands on is not pulled away, and a long answer stays cheap.
 */
export class AnswerText {
  readonly root = element('div', { className: 'answer' });
  readonly #ports: AnswerTextPorts;
  #shown: { readonly source: string; readonly node: HTMLElement }[] = [];
  #text = '';
  #frame: number | undefined;

  constructor(ports: AnswerTextPorts) {
    this.#ports = ports;
    this.root.addEventListener('click', (event) => this.#click(event));
  }

  /** Painted with the next frame, however often it is called before. */
  show(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    if (this.#frame !== undefined) return;
    this.#frame = window.requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  #paint(): void {
    const environment: Environment = {};
    const blocks = blocksOf(this.#text, markdown.parse(this.#text, environment));
    const same = blocks.findIndex(({ source }, index) => this.#shown[index]?.source !== source);
    const from = same === -1 ? Math.min(blocks.length, this.#shown.length) : same;
    for (const { node } of this.#shown.splice(from)) node.remove();
    for (const block of blocks.slice(from)) {
      const node = this.#blockNode(block, environment);
      this.#shown.push({ source: block.source, node });
      this.root.append(node);
    }
  }

  #blockNode({ tokens }: Block, environment: Environment): HTMLElement {
    const [only] = tokens;
    if (only !== undefined && (only.type === 'fence' || only.type === 'code_block')) return this.#codeNode(only);
    const node = element('div', { className: 'block' });
    node.append(safeNodes(markdown.renderer.render([...tokens], markdown.options, environment)));
    return node;
  }

  #codeNode({ content, info }: Token): HTMLElement {
    const code = content.replace(/\n$/, '');
    const fix = /^fix\s+path=(?<path>"[^"]+"|\S+)/.exec(info.trim())?.groups?.['path'];
    const label = fix === undefined ? (info.trim().split(/\s+/)[0] ?? '') : fix.replace(/^"|"$/g, '');
    const body = element('pre', { children: [fix === undefined ? element('code', { text: code }) : changeNode(code)] });
    body.tabIndex = 0;
    const head = element('div', {
      className: 'code-head',
      children: [
        element('span', { className: 'code-label', text: label }),
        textButton(this.#ports.copyCodeLabel, () => this.#ports.onCopyCode(code)),
      ],
    });
    return element('div', { className: 'code', children: [head, body] });
  }

  #click(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null) return;
    event.preventDefault();
    this.#ports.onLink(link.getAttribute('href') ?? '');
  }
}

/** Tokens of one top-level block each, with the lines that it was made of. */
function blocksOf(text: string, tokens: readonly Token[]): readonly Block[] {
  const lines = text.split('\n');
  const blocks: { source: string; tokens: Token[] }[] = [];
  let open: Token[] = [];
  for (const token of tokens) {
    open.push(token);
    if (token.level !== 0 || token.nesting === 1) continue;
    const [from, to] = open[0]?.map ?? [0, 0];
    blocks.push({ source: lines.slice(from, to).join('\n'), tokens: open });
    open = [];
  }
  return blocks;
}
