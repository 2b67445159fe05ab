import type { DashboardChanges } from '../../shared/dashboardMessages.ts';
import type { DashboardView } from '../../shared/dashboardView.ts';

/** What is different from what was last sent, by section and by key. */
export class ViewChanges {
  #sections = new Map<string, string>();
  #keys = new Map<string, string>();

  /** Undefined: nothing changed. What it answers counts as sent. */
  take(view: DashboardView): DashboardChanges | undefined {
    const changes: DashboardChanges = {};
    const { keys, ...sections } = view;
    if (this.#isNew('overview', sections.overview)) changes.overview = sections.overview;
    if (this.#isNew('alerts', sections.alerts)) changes.alerts = sections.alerts;
    if (this.#isNew('providers', sections.providers)) changes.providers = sections.providers;
    if (this.#isNew('usage', sections.usage)) changes.usage = sections.usage;
    if (this.#isNew('timing', sections.timing)) changes.timing = sections.timing;
    if (this.#isNew('routes', sections.routes)) changes.routes = sections.routes;
    const changed = this.#changedKeys(keys);
    if (Object.keys(changed).length > 0) changes.keys = changed;
    return Object.keys(changes).length === 0 ? undefined : changes;
  }

  #isNew(name: string, section: unknown): boolean {
    const text = JSON.stringify(section);
    if (this.#sections.get(name) === text) return false;
    this.#sections.set(name, text);
    return true;
  }

  #changedKeys(keys: DashboardView['keys']): DashboardView['keys'] {
    const before = this.#keys;
    this.#keys = new Map();
    const changed: DashboardView['keys'] = {};
    for (const [ref, row] of Object.entries(keys)) {
      const text = JSON.stringify(row);
      this.#keys.set(ref, text);
      if (before.get(ref) !== text) changed[ref] = row;
    }
    return changed;
  }
}
