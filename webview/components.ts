import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeLink,
  vsCodeProgressRing,
  vsCodeTextArea,
  type Button,
  type Checkbox,
  type Link,
  type ProgressRing,
  type TextArea,
} from '@vscode/webview-ui-toolkit';

import { element } from './element.ts';

/** The one place that knows the toolkit: another one would be put in here. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeLink(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
    'vscode-checkbox': Checkbox;
    'vscode-link': Link;
    'vscode-progress-ring': ProgressRing;
    'vscode-text-area': TextArea;
  }
}

export function button(text: string, appearance: 'primary' | 'secondary', onClick: () => void): Button {
  const made = element('vscode-button', { text });
  made.appearance = appearance;
  made.addEventListener('click', onClick);
  return made;
}

/** Looks like a link and does something here. */
export function textButton(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { className: 'text-button', text });
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

export function checkbox(text: string): Checkbox {
  return element('vscode-checkbox', { text });
}

export function textArea(options: { readonly label: string; readonly placeholder: string }): TextArea {
  const made = element('vscode-text-area');
  made.placeholder = options.placeholder;
  made.rows = 2;
  made.resize = 'vertical';
  // The shadow root's own field reads this name out.
  made.setAttribute('aria-label', options.label);
  return made;
}

/** Turns beside words that say the same: it is hidden from screen readers. */
export function progressRing(): ProgressRing {
  const made = element('vscode-progress-ring');
  made.setAttribute('aria-hidden', 'true');
  return made;
}
