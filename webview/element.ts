type Options = {
  readonly className?: string;
  readonly text?: string;
  readonly children?: readonly (Node | undefined)[];
};

/** A new element. Text is only ever set as text. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { className, text, children = [] }: Options = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
