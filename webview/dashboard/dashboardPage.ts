import {
  toDashboard,
  type Answer,
  type DashboardAction,
  type DashboardChanges,
  type ToDashboard,
} from '../../src/shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import { chartChoice, type DashboardView } from '../../src/shared/dashboardView.ts';
import { button } from '../components.ts';
import { element } from '../element.ts';
import { HostLink } from '../hostLink.ts';
import { PopupMenu } from '../popupMenu.ts';
import { AlertsSection, BannerSection } from './alertsSection.ts';
import { OverviewSection } from './overviewSection.ts';
import { ProvidersSection } from './providersSection.ts';
import { RoutesSection } from './routesSection.ts';
import { TimingSection } from './timingSection.ts';
import { UsageSection } from './usageSection.ts';

/** How long a passing word such as "Copied" stays. */
const passingMs = 4_000;
/** The lower half waits so long at most for the browser to have shown the upper one. */
const restAfterMs = 200;

type Sections = {
  readonly banner: BannerSection;
  readonly overview: OverviewSection;
  readonly providers: ProvidersSection;
  readonly alerts: AlertsSection;
  readonly timing: TimingSection;
  readonly routes: RoutesSection;
};

/** The dashboard: draws what its host says and tells it what the user wants. */
export class DashboardPage {
  readonly #root: HTMLElement;
  readonly #host: HostLink<DashboardAction, Answer>;
  /** Read out without being looked at. */
  readonly #spoken = element('p', { className: 'spoken' });
  readonly #problem = element('p', { className: 'problem' });
  readonly #menu = new PopupMenu();
  #strings: DashboardStrings | undefined;
  #sections: Sections | undefined;
  readonly #usagePlace = element('div');
  #usage: UsageSection | undefined;
  #view: DashboardView | undefined;
  /** The lower half is drawn after the first frame. */
  #restPainted = false;
  #passing: number | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#host = new HostLink(
      (data) => this.#receive(data),
      () => this.#strings?.noReply ?? '',
    );
    this.#spoken.setAttribute('role', 'status');
    this.#problem.setAttribute('role', 'alert');
  }

  begin(): void {
    const choice = chartChoice.safeParse(this.#host.remembered()).data;
    this.#host.post({ type: 'ready', ...(choice === undefined ? {} : { choice }) });
  }

  #receive(data: unknown): void {
    const parsed = toDashboard.safeParse(data);
    if (!parsed.success) return;
    const message: ToDashboard = parsed.data;
    switch (message.type) {
      case 'init':
        this.#begin(message);
        return;
      case 'update':
        this.#update(message.changes);
        return;
      case 'reply': {
        const { id, problem, trace } = message;
        this.#host.answered(id, { problem, trace });
      }
    }
  }

  #begin({ strings, language, view }: Extract<ToDashboard, { type: 'init' }>): void {
    document.documentElement.lang = language;
    const act = (action: DashboardAction): void => this.#act(action);
    this.#strings = strings;
    this.#sections ??= {
      banner: new BannerSection(act),
      overview: new OverviewSection(),
      providers: new ProvidersSection({ strings, menu: this.#menu, act }),
      alerts: new AlertsSection(strings, act),
      timing: new TimingSection(),
      routes: new RoutesSection(strings, (action) => this.#host.ask(action)),
    };
    this.#view = view;
    if (this.#root.childElementCount > 0) {
      this.#paint(view);
      return;
    }
    this.#lay(this.#sections, strings);
    this.#paintTop(this.#sections, strings, view);
    // What stands further down comes after the first frame: the eye is not there yet.
    window.requestAnimationFrame(() =>
      window.requestIdleCallback(() => void this.#paintRest(act), { timeout: restAfterMs }),
    );
  }

  #lay(sections: Sections, strings: DashboardStrings): void {
    const { banner, overview, providers, alerts, timing, routes } = sections;
    this.#root.append(
      element('header', {
        className: 'page-head',
        children: [
          element('h1', { text: strings.title }),
          element('div', {
            className: 'buttons',
            children: [
              button(strings.addKey, 'primary', () => this.#act({ do: 'addKey' })),
              button(strings.refresh, 'secondary', () => this.#act({ do: 'refresh' })),
              button(strings.exportReport, 'secondary', () => this.#act({ do: 'exportReport' })),
              button(strings.settings, 'secondary', () => this.#act({ do: 'openSettings' })),
            ],
          }),
        ],
      }),
      this.#problem,
      banner.root,
      overview.root,
      providers.root,
      element('div', { className: 'two', children: [alerts.root, timing.root] }),
      this.#usagePlace,
      routes.root,
      this.#spoken,
      this.#menu.root,
    );
  }

  #update(changes: DashboardChanges): void {
    const before = this.#view;
    if (before === undefined) return;
    const { keys, ...sections } = changes;
    // The cards say which keys there are: those that went are never looked up again.
    const view: DashboardView = {
      overview: sections.overview ?? before.overview,
      alerts: sections.alerts ?? before.alerts,
      providers: sections.providers ?? before.providers,
      usage: sections.usage ?? before.usage,
      timing: sections.timing ?? before.timing,
      routes: sections.routes ?? before.routes,
      keys: keys === undefined ? before.keys : { ...before.keys, ...keys },
    };
    this.#view = view;
    this.#paint(view, before);
  }

  #paint(view: DashboardView, before?: DashboardView): void {
    const { sections, strings } = { sections: this.#sections, strings: this.#strings };
    if (sections === undefined || strings === undefined) return;
    this.#paintTop(sections, strings, view, before);
    if (this.#restPainted) this.#paintBottom(sections, strings, view, before);
  }

  #paintTop(sections: Sections, strings: DashboardStrings, view: DashboardView, before?: DashboardView): void {
    if (view.alerts !== before?.alerts) sections.banner.update(view.alerts.banner);
    if (view.overview !== before?.overview) sections.overview.update(view.overview, strings);
    if (view.providers !== before?.providers || view.keys !== before.keys) {
      sections.providers.update(view.providers, view.keys);
    }
  }

  #paintBottom(sections: Sections, strings: DashboardStrings, view: DashboardView, before?: DashboardView): void {
    if (view.alerts !== before?.alerts) sections.alerts.update(view.alerts);
    if (view.timing !== before?.timing) sections.timing.update(view.timing, strings);
    if (view.usage !== before?.usage) {
      this.#usage?.update(view.usage);
      this.#host.remember(view.usage.choice);
    }
    if (view.routes !== before?.routes) sections.routes.update(view.routes);
  }

  async #paintRest(act: (action: DashboardAction) => void): Promise<void> {
    // It takes a while to begin, and is not needed before.
    const { default: uPlot } = await import('uplot');
    const { sections, strings, view } = { sections: this.#sections, strings: this.#strings, view: this.#view };
    if (sections === undefined || strings === undefined || view === undefined) return;
    this.#usage = new UsageSection({ strings, language: document.documentElement.lang, act, uPlot });
    this.#usagePlace.append(this.#usage.root);
    this.#restPainted = true;
    this.#paintBottom(sections, strings, view);
  }

  #act(action: DashboardAction): void {
    this.#problem.textContent = '';
    void this.#host.ask(action).then(({ problem }) => {
      if (problem !== undefined) this.#problem.textContent = problem;
      else if (action.do === 'copyUsage') this.#pass(this.#strings?.copied ?? '');
      else if (action.do === 'refresh') this.#pass(this.#strings?.refreshed ?? '');
    });
  }

  /** Seen and heard for a moment. */
  #pass(text: string): void {
    this.#spoken.textContent = text;
    this.#root.dataset['passing'] = text;
    window.clearTimeout(this.#passing);
    this.#passing = window.setTimeout(() => {
      delete this.#root.dataset['passing'];
      this.#spoken.textContent = '';
    }, passingMs);
  }
}
