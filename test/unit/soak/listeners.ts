import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';
import { AlertAudit, type Moment } from './alertAudit.ts';
import type { SoakWindow } from './soakWindow.ts';

/** Who reads the messages of all windows. */
export class Listeners {
  readonly telegram = new AlertAudit([
    'quotaWarning',
    'quotaCritical',
    'keyRefused',
    'noCredit',
    'allFailed',
    'recovered',
  ]);
  readonly email = new AlertAudit(['quotaCritical', 'keyRefused', 'noCredit', 'allFailed']);

  notice(event: RouterEvent, moment: Moment): void {
    this.telegram.notice(event, moment);
    this.email.notice(event, moment);
  }

  clockIsSet(): void {
    this.telegram.clockIsSet();
    this.email.clockIsSet();
  }

  machineSlept(ms: number): void {
    this.telegram.machineSlept(ms);
    this.email.machineSlept(ms);
  }

  /** Takes what has arrived since. */
  listen({ alerts, name }: SoakWindow, trueMs: number, when: string): void {
    for (const channel of ['telegram', 'email'] as const) {
      for (const message of alerts[channel].received.splice(0)) {
        for (const alert of message.alerts) this[channel].hear(alert, trueMs, `${when}, ${channel} of ${name}`);
      }
    }
    for (const channel of ['telegram', 'email'] as const) this[channel].lookForLost(trueMs, `${when}, ${channel}`);
    alerts.toast.received.length = 0;
    alerts.log.lines.length = 0;
  }

  /** What was said and not owed, and what was owed and not said. */
  get wrong(): readonly string[] {
    return [...this.telegram.wrong, ...this.email.wrong];
  }
}
