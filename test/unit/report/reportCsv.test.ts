import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { reportCsv } from '../../../src/core/report/reportCsv.ts';
import type { ReportData } from '../../../src/core/report/reportData.ts';
import { nothing, usageRow } from './dashboardScenes.ts';

const dataWith = (label: string, model = 'm'): ReportData => ({
  fromMs: 0,
  toMs: 1,
  madeAtMs: 1,
  timeZone: 'UTC',
  per: 'day',
  overview: nothing,
  rows: [{ ...usageRow('groq/1', Date.UTC(2026, 10, 22), 900, 3), model, failures: { timeout: 1, quotaDay: 2 } }],
  latencies: [],
  providerNames: {},
  keys: [{ ref: 'groq/1', name: 'Groq Key 1', label }],
  quota: {},
});

const labelCell = (label: string): string => {
  const [, line = ''] = reportCsv(dataWith(label)).split('\r\n');
  return line.replace('2026-11-22T00:00:00.000Z,groq,groq/1,', '').replace(/,m,3,3,900,3,.*$/s, '');
};

describe('A report as CSV', () => {
  it('has a line a day, key and model with the columns of its heading', () => {
    assert.equal(
      reportCsv(dataWith('Primary')),
      [
        'from,provider,key,label,model,attempts,requests,tokens,failed,failures',
        '2026-11-22T00:00:00.000Z,groq,groq/1,Primary,m,3,3,900,3,"quotaDay 2, timeout 1"',
        '',
      ].join('\r\n'),
    );
  });

  for (const label of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\r\n=1', '＝1']) {
    it(`takes the formula out of the label ${JSON.stringify(label)}`, () => {
      assert.match(labelCell(label), /^"'/);
    });
  }

  it('leaves no formula where another separator would cut the label', () => {
    assert.equal(labelCell('a;=1+1'), `"a;'=1+1"`);
    assert.equal(labelCell('a,=1+1'), `"a,'=1+1"`);
    assert.equal(labelCell('a;"=1+1'), `"a;'""=1+1"`);
  });

  it('keeps quotes, commas and other scripts as they are', () => {
    assert.equal(labelCell('the "main", one'), '"the ""main"", one"');
    assert.equal(labelCell('مفتاح'), 'مفتاح');
  });

  it('takes a formula out of a model’s name too', () => {
    assert.match(reportCsv(dataWith('', '=cmd()')), /,"'=cmd\(\)",/);
  });
});
