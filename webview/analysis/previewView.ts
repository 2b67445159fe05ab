import type { AnalysisAction } from '../../src/shared/analysisMessages.ts';
import type { AnalysisStrings } from '../../src/shared/analysisStrings.ts';
import type { AnalysisPreview } from '../../src/shared/analysisView.ts';
import { button, checkbox, textButton } from '../components.ts';
import { element } from '../element.ts';

/** What will be sent, word for word, with the two answers to it. */
export function previewView(
  preview: AnalysisPreview,
  { strings, act }: { readonly strings: AnalysisStrings; readonly act: (action: AnalysisAction) => void },
): HTMLElement {
  const remember = checkbox(strings.dontAskAgain);
  const send = button(strings.send, 'primary', () =>
    act({ do: 'send', remember: preview.canRemember && remember.checked }),
  );
  const cancel = button(strings.cancel, 'secondary', () => act({ do: 'close' }));
  return element('section', {
    className: 'preview',
    children: [
      element('h2', { text: strings.whatWillBeSent }),
      element('p', { text: preview.headline }),
      noticeView(preview, act),
      sentText(preview.text, strings.whatWillBeSent),
      preview.canRemember ? remember : undefined,
      element('div', { className: 'buttons', children: [send, cancel] }),
    ],
  });
}

/** The same afterwards, folded away. */
export function sentView(preview: AnalysisPreview, strings: AnalysisStrings): HTMLElement {
  return element('details', {
    className: 'sent',
    children: [element('summary', { text: strings.sent }), sentText(preview.text, strings.sent)],
  });
}

function noticeView({ notice }: AnalysisPreview, act: (action: AnalysisAction) => void): HTMLElement | undefined {
  if (notice === undefined) return undefined;
  const links = notice.links.map(({ title, url }) => textButton(title, () => act({ do: 'openLink', href: url })));
  return element('div', {
    className: 'note info',
    children: [element('p', { text: notice.text }), element('p', { className: 'links', children: links })],
  });
}

function sentText(text: string, label: string): HTMLElement {
  const box = element('pre', { className: 'sent-text', text });
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', label);
  return box;
}
