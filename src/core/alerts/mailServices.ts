/** Where a well-known service takes mail from its users, and what its login needs. */
export type MailService = {
  readonly name: string;
  readonly domains: readonly string[];
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS. */
  readonly secure: boolean;
  readonly login: 'appPassword' | 'password' | 'apikeyUser' | 'oauthOnly' | 'token';
};

/** As the services documented them in November 2026. */
export const mailServices: readonly MailService[] = [
  {
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    host: 'smtp.gmail.com',
    port: 465,
    secure: true,
    login: 'appPassword',
  },
  { name: 'Outlook365', domains: [], host: 'smtp.office365.com', port: 587, secure: false, login: 'oauthOnly' },
  {
    name: 'Outlook',
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    host: 'smtp-mail.outlook.com',
    port: 587,
    secure: false,
    login: 'oauthOnly',
  },
  {
    name: 'Yahoo',
    domains: ['yahoo.com', 'ymail.com'],
    host: 'smtp.mail.yahoo.com',
    port: 465,
    secure: true,
    login: 'appPassword',
  },
  {
    name: 'iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    host: 'smtp.mail.me.com',
    port: 587,
    secure: false,
    login: 'appPassword',
  },
  { name: 'Zoho', domains: ['zoho.com'], host: 'smtp.zoho.com', port: 465, secure: true, login: 'appPassword' },
  {
    name: 'Yandex',
    domains: ['yandex.ru', 'yandex.com', 'ya.ru'],
    host: 'smtp.yandex.ru',
    port: 465,
    secure: true,
    login: 'appPassword',
  },
  {
    name: 'Mail.ru',
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru'],
    host: 'smtp.mail.ru',
    port: 465,
    secure: true,
    login: 'appPassword',
  },
  {
    name: 'FastMail',
    domains: ['fastmail.com', 'fastmail.fm'],
    host: 'smtp.fastmail.com',
    port: 465,
    secure: true,
    login: 'appPassword',
  },
  {
    name: 'GMX',
    domains: ['gmx.com', 'gmx.net', 'gmx.de'],
    host: 'mail.gmx.com',
    port: 587,
    secure: false,
    login: 'password',
  },
  { name: 'Proton', domains: [], host: 'smtp.protonmail.ch', port: 587, secure: false, login: 'token' },
  { name: 'SendGrid', domains: [], host: 'smtp.sendgrid.net', port: 587, secure: false, login: 'apikeyUser' },
  { name: 'Mailgun', domains: [], host: 'smtp.mailgun.org', port: 465, secure: true, login: 'password' },
  { name: 'Resend', domains: [], host: 'smtp.resend.com', port: 465, secure: true, login: 'token' },
  { name: 'Postmark', domains: [], host: 'smtp.postmarkapp.com', port: 2525, secure: false, login: 'token' },
];

/** By name, whatever the case. */
export const mailServiceNamed = (name: string): MailService | undefined =>
  mailServices.find((service) => service.name.toLowerCase() === name.trim().toLowerCase());

/** By the domain of an address. */
export function mailServiceOf(address: string): MailService | undefined {
  const domain = address
    .slice(address.lastIndexOf('@') + 1)
    .trim()
    .toLowerCase();
  return mailServices.find(({ domains }) => domains.includes(domain));
}
