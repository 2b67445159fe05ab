import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inProviderOrder } from '../../../src/editor/statusBar/inProviderOrder.ts';
import { statusBarText } from '../../../src/editor/statusBar/statusBarText.ts';
import { statusBarTooltip, tooltipCommands } from '../../../src/editor/statusBar/statusBarTooltip.ts';
import { keyStatus, limitStatus } from '../support/keyStatuses.ts';
import { plainL10n } from '../support/plainL10n.ts';

const scene = { l10n: plainL10n, providerName: () => 'Groq', show: 'percentage' as const, busy: 0, nowMs: 0 };
const text = (change: Partial<Parameters<typeof statusBarText>[0]> = {}) =>
  statusBarText({ ...scene, statuses: [keyStatus()], ...change });
const second = { id: 'k2', number: 2, fingerprint: 'f2' };

describe('the status bar', () => {
  it('shows the key in use and its tightest quota', () => {
    assert.equal(text()?.text, '$(key) Groq 1 · 83%');
    const month = limitStatus({ limit: 'tokensPerMonth', percentage: 95 });
    assert.equal(text({ statuses: [keyStatus({ limits: [limitStatus(), month] })] })?.text, '$(key) Groq 1 · 95%');
  });

  it('shows what the setting asks for', () => {
    assert.equal(text({ show: 'remaining' })?.text, '$(key) Groq 1 · 2.4K left');
    assert.equal(text({ show: 'provider' })?.text, '$(key) Groq');
    assert.equal(text({ show: 'off' }), undefined);
  });

  it('is hidden when there is no key to speak of', () => {
    assert.equal(text({ statuses: [] }), undefined);
  });

  it('turns while a request is under way', () => {
    assert.match(text({ busy: 1 })?.text ?? '', /^\$\(loading~spin\) Groq 1/);
  });

  it('takes the key that was used last, and the next one once that cannot answer', () => {
    const first = keyStatus({ health: { score: 100, lastUsedAtMs: 2 } });
    const other = keyStatus({ key: second, health: { score: 100, lastUsedAtMs: 1 } });
    assert.match(text({ statuses: [first, other] })?.text ?? '', /Groq 1/);
    assert.match(text({ statuses: [{ ...first, state: 'exhausted' }, other] })?.text ?? '', /Groq 2/);
  });

  it('names the key that would be asked first before any was used', () => {
    const gemini = keyStatus({ key: { ...second, provider: 'gemini' } });
    const statuses = inProviderOrder([gemini, keyStatus()], [{ id: 'groq' }, { id: 'gemini' }]);
    assert.match(text({ statuses, providerName: (id) => id })?.text ?? '', /groq 1/);
  });

  it('says how long until a key comes back where time alone brings one', () => {
    const exhausted = keyStatus({ state: 'exhausted', untilMs: 3_600_000 });
    assert.equal(text({ statuses: [exhausted] })?.text, '$(warning) No key can answer · 1h');
    assert.equal(text({ statuses: [keyStatus({ state: 'refused' })] })?.text, '$(warning) No key can answer');
    assert.equal(text({ statuses: [exhausted] })?.alarm, undefined, 'there is nothing to do about it');
  });

  it('is coloured only when the user must act', () => {
    const refused = keyStatus({ state: 'refused' });
    assert.equal(text()?.alarm, undefined);
    assert.equal(text({ statuses: [keyStatus({ state: 'exhausted' }), keyStatus({ key: second })] })?.alarm, undefined);
    assert.equal(text({ statuses: [refused, keyStatus({ key: second })] })?.alarm, 'warning');
    assert.equal(text({ statuses: [refused] })?.alarm, 'error');
    const shown = text({ statuses: [refused, keyStatus({ key: second })] });
    assert.equal(shown?.text, '$(key) Groq 2 · 83% $(warning) 1', 'in more than colour');
    assert.match(shown?.spoken ?? '', /1 key needs attention$/);
  });

  it('has a tooltip with a row for each key, and links to commands that it may run and no other', () => {
    const markdown = statusBarTooltip({
      l10n: plainL10n,
      statuses: [keyStatus(), keyStatus({ key: { ...second, label: '[x](command:evil)' } })],
      providerName: () => 'Groq',
      nowMs: Date.UTC(2026, 10, 22, 19, 37),
      language: 'en',
    });
    const linked = [...markdown.matchAll(/(?<!\\)\]\(command:([\w.]+)/g)].map(([, command]) => command);
    for (const command of linked)
      assert.ok(
        tooltipCommands.some((known) => known === command),
        command,
      );
    assert.equal(linked.filter((command) => command === 'aiKeys.editKey').length, 2);
  });

  it('says in the tooltip once when a key comes back', () => {
    const nowMs = Date.UTC(2026, 10, 22, 19, 37);
    const full = limitStatus({ used: 14_400, percentage: 100 });
    const row = (change: Parameters<typeof keyStatus>[0]): string =>
      statusBarTooltip({ l10n: plainL10n, statuses: [keyStatus(change)], providerName: () => 'Groq', nowMs })
        .split('\n')
        .find((line) => line.includes('editKey')) ?? '';
    const usedUp = row({ state: 'exhausted', headline: full, limits: [full], untilMs: full.resetAtMs });
    assert.match(usedUp, /\| used up \| .+ \(in 4h 23m\) \|$/);
    assert.match(row({ state: 'quarantined', untilMs: nowMs + 300_000 }), /\| in quarantine, checked again in 5m \| /);
  });
});
