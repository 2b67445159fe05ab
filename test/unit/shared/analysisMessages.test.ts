import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fromAnalysisPanel, toAnalysisPanel } from '../../../src/shared/analysisMessages.ts';
import { analysisView, type AnalysisView } from '../../../src/shared/analysisView.ts';

const view: AnalysisView = {
  version: 1,
  title: 'TypeError: x is undefined',
  phase: 'talk',
  first: [{ role: 'system', content: 'You help' }],
  turns: [
    {
      id: 0,
      question: 'why?',
      text: 'because',
      state: 'done',
      degraded: false,
      progress: [],
      facts: ['Groq Key 1'],
      fixes: [{ path: 'src/a.ts', state: 'offered' }],
    },
  ],
  hasKeys: true,
  agreed: true,
};

const request = (action: unknown): unknown => ({ type: 'request', id: 1, action });

describe('messages between the analysis panel and its host', () => {
  it('carry what the panel shows through JSON and back', () => {
    const message = { type: 'view', view };
    assert.deepEqual(toAnalysisPanel.parse(JSON.parse(JSON.stringify(message))), message);
  });

  it('refuse what is no wish of the panel', () => {
    for (const message of [
      undefined,
      null,
      'ready',
      {},
      { type: 'run' },
      request({ do: 'runCommand', command: 'x' }),
    ]) {
      assert.equal(fromAnalysisPanel.safeParse(message).success, false, JSON.stringify(message));
    }
  });

  it('refuse a follow-up of white space alone, and one longer than anybody types', () => {
    assert.equal(fromAnalysisPanel.safeParse(request({ do: 'followUp', text: ' \n ' })).success, false);
    assert.equal(fromAnalysisPanel.safeParse(request({ do: 'followUp', text: 'a'.repeat(20_001) })).success, false);
    assert.equal(fromAnalysisPanel.safeParse(request({ do: 'followUp', text: 'and why?' })).success, true);
  });

  it('drop whatever else a wish carries', () => {
    const parsed = fromAnalysisPanel.parse(
      request({ do: 'applyFix', turn: 0, fix: 0, path: '/etc/passwd', text: 'x' }),
    );
    assert.deepEqual(parsed, { type: 'request', id: 1, action: { do: 'applyFix', turn: 0, fix: 0 } });
  });

  it('let a notice link to https alone', () => {
    const linked = (url: string): unknown => ({
      ...view,
      preview: { headline: 'h', text: 't', canRemember: true, notice: { text: 'n', links: [{ title: 'Terms', url }] } },
    });
    assert.equal(analysisView.safeParse(linked('https://groq.com/terms')).success, true);
    for (const url of ['http://groq.com', 'command:aiKeys.addKey', 'javascript:alert(1)']) {
      assert.equal(analysisView.safeParse(linked(url)).success, false, url);
    }
  });

  it('do not take a state of another version for one of theirs', () => {
    assert.equal(analysisView.safeParse({ ...view, version: 2 }).success, false);
    assert.equal(analysisView.safeParse({ ...view, agreed: undefined }).success, false);
  });
});
