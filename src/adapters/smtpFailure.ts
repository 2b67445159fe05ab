import * as z from 'zod';
import { farEndWords } from '../core/alerts/farEndWords.ts';
import type { SendResult } from '../core/alerts/channel.ts';
import { Secret } from '../core/keys/secret.ts';
import type { L10n } from '../core/ports.ts';

const errorSchema = z.object({
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  originalCode: z.string().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
});
type MailError = z.infer<typeof errorSchema>;

/** A server that greylists wants to see the same message again after a while. */
const greylistMs = 60_000;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export type SmtpFailureContext = {
  readonly l10n: L10n;
  readonly server: string;
  readonly user: string;
  readonly password: Secret | undefined;
};

/** What nodemailer threw, as what to do about it and in words for people. */
export function smtpFailure(thrown: unknown, context: SmtpFailureContext): SendResult {
  const error: MailError = errorSchema.safeParse(thrown).data ?? { message: '' };
  const { l10n, server } = context;
  const said = serverWords(error, context);
  if (isCertificateProblem(error)) {
    return refused(l10n.t('{0}: its certificate was not accepted: {1}', server, said));
  }
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') return loginRefused(error, said, context);
  if (error.code === 'ETLS') {
    return refused(l10n.t('{0}: TLS is required, and the server does not offer it: {1}', server, said));
  }
  if (error.responseCode !== undefined) return ofResponse(error.responseCode, said);
  if (error.code === 'EDNS') return again(l10n.t('{0}: unknown host, or no connection', server));
  if (error.code === 'ETIMEDOUT' || error.code === 'EABORT') return again(l10n.t('{0}: no answer in time', server));
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE' || error.code === 'ECONFIG') return refused(said);
  return again(l10n.t('{0} could not be reached: {1}', server, said));
}

function loginRefused({ responseCode }: MailError, said: string, { l10n }: SmtpFailureContext): SendResult {
  if (responseCode !== undefined && responseCode < 500) return again(said, greylistMs);
  // The same login again and again locks accounts.
  return { ok: false, kind: 'stopped', said: l10n.t('the mail server refused the login: {0}', said) };
}

function ofResponse(code: number, said: string): SendResult {
  if (code >= 500 && code !== 503) return refused(said);
  return again(said, code === 450 || code === 451 ? greylistMs : 0);
}

const refused = (said: string): SendResult => ({ ok: false, kind: 'refused', said });

const again = (said: string, retryAfterMs = 0): SendResult => ({ ok: false, kind: 'again', said, retryAfterMs });

/** The server's own line where there is one. */
function serverWords({ response, message }: MailError, { user, password }: SmtpFailureContext): string {
  if (password === undefined) return farEndWords(response ?? message, []);
  const plain = password.reveal();
  // As the two ways to log in send it, however short it is.
  const logins = [base64(plain), base64(`\u0000${user}\u0000${plain}`)];
  return farEndWords(response ?? message, [password, ...logins.map((login) => new Secret(login))]);
}

const isCertificateProblem = ({ code, originalCode, message }: MailError): boolean =>
  [code, originalCode].some((one) => one !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(one)) ||
  /certificate/i.test(message);
