/** All that an answer's Markdown can turn into; anything else stays behind as its text. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  A: ['href', 'title'],
  BLOCKQUOTE: [],
  BR: [],
  CODE: [],
  DEL: [],
  EM: [],
  H1: [],
  H2: [],
  H3: [],
  H4: [],
  H5: [],
  H6: [],
  HR: [],
  LI: [],
  OL: ['start'],
  P: [],
  PRE: [],
  S: [],
  STRONG: [],
  TABLE: [],
  TBODY: [],
  TD: [],
  TH: [],
  THEAD: [],
  TR: [],
  UL: [],
};

/**
 * Turns HTML into nodes that can do nothing but show text. The Markdown reader passes no HTML of
 * the model on; this holds even if it did.
 */
export function safeNodes(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const node of [...template.content.querySelectorAll('*')]) {
    const attributes = allowed[node.tagName];
    if (attributes === undefined) {
      node.replaceWith(document.createTextNode(node.textContent));
      continue;
    }
    for (const { name } of [...node.attributes]) if (!attributes.includes(name)) node.removeAttribute(name);
  }
  return template.content;
}
