import type { EmailSettings } from '../core/alerts/channelSettings.ts';
import { mailServiceNamed } from '../core/alerts/mailServices.ts';
import type { Secret } from '../core/keys/secret.ts';
import { isLoopback } from '../core/providers/origin.ts';

/** What nodemailer's SMTP transport is told. */
export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly tls: { readonly ca?: string[]; readonly servername?: string };
  readonly dnsTimeout: number;
  readonly connectionTimeout: number;
  readonly greetingTimeout: number;
  readonly socketTimeout: number;
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
};

/** Nodemailer's own, up to ten minutes, are too long for an editor. */
const stepTimeoutMs = 15_000;

export const isLocalHost = (host: string): boolean => isLoopback(`smtp://${host}`) || host === '::1';

/** Where mail goes, as its password is bound to: `smtp.gmail.com:465`. */
export function smtpTarget(settings: EmailSettings): {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
} {
  const service = mailServiceNamed(settings.host);
  const host = service?.host ?? settings.host;
  const port = settings.port ?? service?.port ?? (settings.secure === true ? 465 : 587);
  return { host, port, secure: settings.secure ?? (service?.port === port ? service.secure : port === 465) };
}

export function smtpOptions(
  settings: EmailSettings,
  password: Secret | undefined,
  caCertificates: readonly string[] | undefined,
): SmtpOptions {
  const target = smtpTarget(settings);
  return {
    ...target,
    // Otherwise whoever sits on the line can take the offer of TLS away and read the password.
    requireTLS: !target.secure && settings.secure === undefined && !isLocalHost(target.host),
    ...(settings.user === '' || password === undefined
      ? {}
      : { auth: { user: settings.user, pass: password.reveal() } }),
    tls: caCertificates === undefined ? {} : { ca: [...caCertificates] },
    dnsTimeout: stepTimeoutMs,
    connectionTimeout: stepTimeoutMs,
    greetingTimeout: stepTimeoutMs,
    socketTimeout: stepTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
