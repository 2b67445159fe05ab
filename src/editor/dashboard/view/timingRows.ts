import { displayNameOf } from '../../../core/keys/keyName.ts';
import type { L10n } from '../../../core/ports.ts';
import type { Provider } from '../../../core/providers/provider.ts';
import type { LatencyRow, Overview } from '../../../core/quota/reports.ts';
import { amount } from '../../../core/report/amounts.ts';
import { failureWords } from '../../../core/report/failureWords.ts';
import { durationWords } from '../../../core/report/figureWords.ts';
import { failureList } from '../../../core/report/reportData.ts';
import type { TimingView } from '../../../shared/dashboardView.ts';
import { plainText } from '../../plainText.ts';

/** p50 and p95 a provider, the busiest first; failures by kind, the most frequent first. */
export function timingRows(
  l10n: L10n,
  providers: readonly Provider[],
  latencies: readonly LatencyRow[],
  failures: Overview['failures'],
): TimingView {
  const list = failureList(failures);
  const most = list[0]?.[1] ?? 1;
  return {
    title: l10n.t('Response times and failures, last 24 hours'),
    latencies: latencies
      .toSorted((a, b) => b.answered - a.answered)
      .slice(0, 200)
      .map(({ provider, answered, p50Ms, p95Ms }) => ({
        provider: plainText(displayNameOf(providers, provider)),
        answered: amount(answered),
        p50: durationWords(l10n, p50Ms),
        p95: durationWords(l10n, p95Ms),
      })),
    failures: list.map(([kind, count]) => ({
      words: failureWords(l10n, kind),
      count: amount(count),
      share: count / most,
    })),
  };
}
