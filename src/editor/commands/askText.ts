import * as vscode from 'vscode';

export type TextReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export type TextAsk<T> = {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly hidden?: boolean;
  /** A button that leads to the question before. */
  readonly back?: boolean;
  /** What is wrong stands below the field, which stays open. */
  readonly read: (text: string) => TextReading<T> | Promise<TextReading<T>>;
  /** Whether `read` is quick enough for every letter; else Enter alone asks it. */
  readonly readsWhileTyping?: boolean;
};

export type TextAnswer<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' | 'left' };

/** One line of text. It stays open until it can be read, or the user goes back or leaves. */
export function askText<T>(ask: TextAsk<T>): Promise<TextAnswer<T>> {
  const box = vscode.window.createInputBox();
  box.title = ask.title;
  box.prompt = ask.prompt;
  box.placeholder = ask.placeholder ?? '';
  box.value = ask.value ?? '';
  box.password = ask.hidden ?? false;
  box.ignoreFocusOut = true;
  box.buttons = ask.back === true ? [vscode.QuickInputButtons.Back] : [];
  let open = true;
  const accept = async (text: string): Promise<TextAnswer<T> | undefined> => {
    box.busy = true;
    box.enabled = false;
    try {
      const reading = await ask.read(text);
      if (reading.ok) return { kind: 'value', value: reading.value };
      box.validationMessage = reading.problem;
      return undefined;
    } finally {
      if (open) {
        box.busy = false;
        box.enabled = true;
      }
    }
  };
  return new Promise((resolve, reject) => {
    let answer: TextAnswer<T> = { kind: 'left' };
    const close = (given: TextAnswer<T>): void => {
      answer = given;
      box.hide();
    };
    box.onDidChangeValue((text) => {
      box.validationMessage = undefined;
      if (ask.readsWhileTyping !== true) return;
      Promise.resolve(ask.read(text)).then((reading) => {
        if (open && box.value === text) box.validationMessage = reading.ok ? undefined : reading.problem;
      }, reject);
    });
    box.onDidAccept(() => {
      accept(box.value).then((given) => {
        if (open && given !== undefined) close(given);
      }, reject);
    });
    box.onDidTriggerButton(() => close({ kind: 'back' }));
    box.onDidHide(() => {
      open = false;
      box.dispose();
      resolve(answer);
    });
    box.show();
  });
}
