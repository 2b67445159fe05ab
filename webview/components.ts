import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeLink,
  vsCodeProgressRing,
  vsCodeRadio,
  vsCodeRadioGroup,
  vsCodeTextArea,
  type Button,
  type Checkbox,
  type Link,
  type ProgressRing,
  type Radio,
  type RadioGroup,
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

export function registerDashboardComponents(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeRadio(), vsCodeRadioGroup());
}

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
    'vscode-checkbox': Checkbox;
    'vscode-link': Link;
    'vscode-progress-ring': ProgressRing;
    'vscode-radio': Radio;
    'vscode-radio-group': RadioGroup;
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
  made.maxlength = 20_000;
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

export type Choice<Value extends string> = { readonly value: Value; readonly title: string };

/** Two or three choices side by side, one of them true. */
export function choices<Value extends string>(
  label: string,
  options: readonly Choice<Value>[],
  onChoose: (value: Value) => void,
): { readonly root: HTMLElement; show(value: Value): void } {
  const root = element('vscode-radio-group', {
    children: options.map(({ value, title }) => {
      const made = element('vscode-radio', { text: title });
      made.value = value;
      return made;
    }),
  });
  root.setAttribute('aria-label', label);
  let shown: Value | undefined;
  root.addEventListener('change', () => {
    const chosen = options.find(({ value }) => value === root.value);
    if (chosen === undefined || chosen.value === shown) return;
    shown = chosen.value;
    onChoose(chosen.value);
  });
  return {
    root,
    show: (value) => {
      shown = value;
      root.value = value;
    },
  };
}
