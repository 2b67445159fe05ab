import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { TimingView } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';
import { dataTable } from './dataTable.ts';

/** p50 and p95 a provider, failures by kind. */
export class TimingSection {
  readonly root = element('section', { className: 'timing' });

  update({ title, latencies, failures }: TimingView, strings: DashboardStrings): void {
    const answers =
      latencies.length === 0
        ? element('p', { className: 'quiet', text: strings.noLatencies })
        : dataTable({
            caption: title,
            head: [strings.provider, strings.answered, 'p50', 'p95'],
            rows: latencies.map(({ provider, answered, p50, p95 }) => [provider, answered, p50, p95]),
          });
    this.root.replaceChildren(
      element('h2', { text: title }),
      answers,
      element('h3', { text: strings.failures }),
      failures.length === 0
        ? element('p', { className: 'quiet', text: strings.noFailures })
        : element('ul', { className: 'failures', children: failures.map(failureView) }),
    );
  }
}

function failureView({ words, count, share }: TimingView['failures'][number]): HTMLElement {
  const fill = element('div', { className: 'fill' });
  fill.style.inlineSize = `${Math.max(2, share * 100)}%`;
  const meter = element('div', { className: 'meter', children: [fill] });
  meter.setAttribute('aria-hidden', 'true');
  return element('li', {
    children: [element('span', { text: words }), element('span', { className: 'count', text: count }), meter],
  });
}
