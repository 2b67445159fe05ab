import { heldFor, type ChannelBinding } from '../core/alerts/channelBinding.ts';
import type { Channel, Outgoing, OutgoingMessage, SendResult } from '../core/alerts/channel.ts';
import { readChannelSecret, type ChannelSecretPorts } from '../core/alerts/channelSecret.ts';
import type { EmailSettings } from '../core/alerts/channelSettings.ts';
import { isMailAddress, isSender, mailAddresses, malformedIn } from '../core/alerts/mailAddress.ts';
import { plainLine } from '../core/alerts/plainLine.ts';
import type { Secret } from '../core/keys/secret.ts';
import { mailHtml } from './mailHtml.ts';
import { smtpFailure } from './smtpFailure.ts';
import { isLocalHost, smtpOptions, smtpTarget } from './smtpOptions.ts';

export type SmtpChannelPorts = ChannelSecretPorts & {
  readonly settings: () => EmailSettings;
  readonly binding: ChannelBinding;
  /** PEM, the system's among them; undefined: Node's own. */
  readonly caCertificates?: () => readonly string[];
};

/** Each step has its own time-out; a server that answers in crumbs ends here. */
const overallMs = 60_000;

type Problem = Extract<SendResult, { ok: false }>;

/** Sends over SMTP. Nodemailer is loaded with the first mail. */
export class SmtpChannel implements Channel {
  readonly id = 'email';
  readonly #ports: SmtpChannelPorts;

  constructor(ports: SmtpChannelPorts) {
    this.#ports = ports;
  }

  wants(): boolean {
    return true;
  }

  missing(): string | undefined {
    const { settings, l10n } = this.#ports;
    const { to, host } = settings();
    return to !== '' && host === '' ? l10n.t('not set up: no mail server') : undefined;
  }

  async send({ message }: Outgoing): Promise<SendResult> {
    const settings = this.#ports.settings();
    if (settings.host === '' || settings.to === '') return this.#notSetUp();
    const read = await readChannelSecret(this.#ports, 'smtpPassword');
    if (!read.ok) return read;
    if (settings.user !== '' && read.secret === undefined) return this.#notSetUp();
    const problem = await this.#problemWith(settings, read.secret);
    return problem ?? this.#sendMail(settings, read.secret, message);
  }

  #notSetUp(): Problem {
    return { ok: false, kind: 'notSetUp', said: this.#ports.l10n.t('not set up') };
  }

  async #problemWith(settings: EmailSettings, password: Secret | undefined): Promise<Problem | undefined> {
    const { binding, l10n } = this.#ports;
    const malformed = malformedIn(settings.to) ?? malformedIn(settings.from);
    if (malformed !== undefined || !isSender(settings.from)) {
      return {
        ok: false,
        kind: 'stopped',
        said: l10n.t('not an email address: {0}', plainLine(malformed ?? settings.from, 100)),
      };
    }
    if (password === undefined) return undefined;
    const { host, port } = smtpTarget(settings);
    const target = `${host}:${port}`;
    const held = await heldFor(binding, 'smtpPassword', target, isLocalHost(host));
    if (held === undefined) return undefined;
    const said = l10n.t(
      'the mail password was entered for {0}; run "Set Up Email Alerts" to send it to {1}',
      held,
      target,
    );
    return { ok: false, kind: 'stopped', said };
  }

  async #sendMail(
    settings: EmailSettings,
    password: Secret | undefined,
    message: OutgoingMessage,
  ): Promise<SendResult> {
    const { clock, l10n, caCertificates } = this.#ports;
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(smtpOptions(settings, password, caCertificates?.()));
    const ended = new AbortController();
    const cancel = clock.after(overallMs, () => ended.abort());
    try {
      const sent = await transport.sendMail({
        from: { name: 'AI Keys', address: senderOf(settings) },
        to: [...mailAddresses(settings.to)],
        subject: plainLine(message.subject, 200),
        text: message.text,
        html: mailHtml(message),
        signal: ended.signal,
      });
      const said = sent.rejected.length === 0 ? sent.response : l10n.t('refused for {0}', sent.rejected.join(', '));
      return { ok: true, said: plainLine(said) };
    } catch (error) {
      return smtpFailure(error, { l10n, server: smtpTarget(settings).host, user: settings.user, password });
    } finally {
      cancel();
      transport.close();
    }
  }
}

function senderOf({ from, user, to }: EmailSettings): string {
  if (from !== '') return from;
  return isMailAddress(user) ? user : (mailAddresses(to)[0] ?? '');
}
