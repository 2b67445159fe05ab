import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { SmtpChannel } from '../../../src/adapters/smtpChannel.ts';
import { smtpOptions, smtpTarget } from '../../../src/adapters/smtpOptions.ts';
import type { SendResult } from '../../../src/core/alerts/channel.ts';
import type { EmailSettings } from '../../../src/core/alerts/channelSettings.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { SmtpSimulator, type SmtpSimulatorOptions } from '../../simulator/smtpSimulator.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { MapBinding, MapSecrets, outgoing } from './channelFixture.ts';

const password = `pass-${'wörd'.repeat(3)}`;
const login = { user: 'alerts@example.org', password };

class MailFixture {
  readonly server: SmtpSimulator;
  readonly secrets = new MapSecrets();
  readonly binding = new MapBinding();
  readonly clock = new FakeClock();
  settings: EmailSettings = { to: '', from: '', host: '', port: undefined, secure: undefined, user: '' };
  trusts = true;

  constructor(options: SmtpSimulatorOptions) {
    this.server = new SmtpSimulator(options);
  }

  async start(settings: Partial<EmailSettings> = {}): Promise<this> {
    await this.server.start();
    await this.secrets.store('smtpPassword', new Secret(password));
    this.settings = {
      to: 'admin@platform.com',
      from: '',
      host: '127.0.0.1',
      port: this.server.port,
      secure: undefined,
      user: '',
      ...settings,
    };
    return this;
  }

  async send(text = 'Please check and update the API key', subject = '❌ Groq Key 1 Auth Failed'): Promise<SendResult> {
    const result = await this.channel().send(outgoing(text, subject));
    const encoded = Buffer.from(password).toString('base64');
    assert.ok(!result.said.includes(password) && !result.said.includes(encoded), result.said);
    return result;
  }

  channel(): SmtpChannel {
    const { certificate } = this.server;
    return new SmtpChannel({
      settings: () => this.settings,
      secrets: this.secrets,
      binding: this.binding,
      clock: this.clock,
      l10n: plainL10n,
      ...(certificate === undefined || !this.trusts ? {} : { caCertificates: () => [certificate.cert] }),
    });
  }
}

describe('email channel', () => {
  let fixture: MailFixture;
  const open = async (options: SmtpSimulatorOptions, settings?: Partial<EmailSettings>): Promise<MailFixture> => {
    fixture = await new MailFixture(options).start(settings);
    return fixture;
  };

  afterEach(() => fixture.server.stop());

  it('delivers subject and text word for word, as text and as simple HTML', async () => {
    await open({});
    assert.deepEqual(await fixture.send(), { ok: true, said: '250 2.0.0 queued as SIM1' });
    const [mail] = fixture.server.mails;
    assert.ok(mail !== undefined);
    assert.deepEqual(mail.to, ['admin@platform.com']);
    assert.equal(mail.subject, '❌ Groq Key 1 Auth Failed');
    assert.equal(mail.text, 'Please check and update the API key');
    assert.match(mail.html, /<p>Please check and update the API key<\/p>/);
  });

  it('is worth another try when the password could not be read', async () => {
    await open({ tls: 'starttls', login }, { user: login.user });
    fixture.secrets.reading = 'fails';
    const result = await fixture.send();
    assert.deepEqual(result, { ok: false, kind: 'again', said: 'the secret storage did not answer' });
    fixture.secrets.reading = 'works';
    assert.equal((await fixture.send()).ok, true);
  });

  it('waits 10 s at most for the password', async () => {
    await open({ tls: 'starttls', login }, { user: login.user });
    fixture.secrets.reading = 'hangs';
    const sent = fixture.send();
    await fixture.clock.advance(10_000);
    const result = await sent;
    assert.equal(result.ok ? undefined : result.kind, 'again');
  });

  it('logs in over STARTTLS, and over TLS from the first byte', async () => {
    for (const [tls, secure] of [
      ['starttls', undefined],
      ['implicit', true],
    ] as const) {
      await open({ tls, login }, { user: login.user, secure });
      assert.equal((await fixture.send()).ok, true, tls);
      assert.deepEqual([fixture.server.mails[0]?.secure, fixture.server.mails[0]?.user], [true, login.user]);
      await fixture.server.stop();
    }
  });

  it('stops after a refused login, showing the server’s own words without the password', async () => {
    await open({ tls: 'starttls', login }, { user: login.user });
    fixture.server.next('authFails');
    const result = await fixture.send();
    assert.ok(!result.ok);
    assert.equal(result.kind, 'stopped');
    assert.match(result.said, /^the mail server refused the login: 535 5\.7\.8 Username and Password not accepted/);
    assert.equal(fixture.server.logins, 1);
  });

  it('does not send where TLS is required and absent, and says so', async () => {
    // An address that reaches this machine and is not known to: TLS is required as for any other server.
    await open({ tls: 'none', login }, { host: '0.0.0.0', user: login.user });
    const result = await fixture.send();
    assert.ok(!result.ok);
    assert.equal(result.kind, 'refused');
    assert.match(result.said, /^0\.0\.0\.0: TLS is required, and the server does not offer it: /);
    assert.deepEqual([fixture.server.connections, fixture.server.logins, fixture.server.mails.length], [1, 0, 0]);
  });

  it('names a server that speaks no TLS where it is to begin with it', async () => {
    await open({ tls: 'none' }, { secure: true });
    const result = await fixture.send();
    assert.ok(!result.ok);
    assert.match(result.said, /^127\.0\.0\.1/);
    assert.equal(fixture.server.mails.length, 0);
  });

  it('lacks a mail server while only the address is known', async () => {
    await open({}, { host: '' });
    assert.equal(fixture.channel().missing(), 'not set up: no mail server');
    fixture.settings = { ...fixture.settings, host: '127.0.0.1' };
    assert.equal(fixture.channel().missing(), undefined);
  });

  it('names a self-signed certificate, and does not try again', async () => {
    await open({ tls: 'starttls', login }, { user: login.user });
    fixture.trusts = false;
    const result = await fixture.send();
    assert.ok(!result.ok);
    assert.equal(result.kind, 'refused');
    assert.match(result.said, /its certificate was not accepted: .*self.signed/i);
    assert.equal(fixture.server.logins, 0);
  });

  it('does not try a refused recipient again', async () => {
    await open({});
    fixture.server.next('recipientRefused');
    const result = await fixture.send();
    assert.ok(!result.ok);
    assert.equal(result.kind, 'refused');
    assert.match(result.said, /550 5\.1\.1 <admin@platform\.com> User unknown/);
  });

  it('tries again a minute after greylisting', async () => {
    await open({});
    fixture.server.next('greylisted');
    const result = await fixture.send();
    assert.ok(!result.ok && result.kind === 'again');
    assert.equal(result.retryAfterMs, 60_000);
    assert.match(result.said, /451 4\.7\.1 Greylisted/);
  });

  it('ends within a minute on a server that hangs', async () => {
    await open({});
    fixture.server.behaviour = 'hang';
    const sending = fixture.send();
    while (fixture.server.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    await fixture.clock.advance(60_000);
    const result = await sending;
    assert.ok(!result.ok);
    assert.deepEqual([result.kind, result.said], ['again', '127.0.0.1: no answer in time']);
  });

  it('names an unknown host and a port where nobody listens', async () => {
    await open({}, { host: 'no-such-host.invalid' });
    const unknown = await fixture.send();
    assert.ok(!unknown.ok && unknown.kind === 'again');
    assert.match(unknown.said, /no-such-host\.invalid/);
    await fixture.server.stop();
    fixture.settings = { ...fixture.settings, host: '127.0.0.1', port: 1 };
    const closed = await fixture.send();
    assert.ok(!closed.ok && closed.kind === 'again');
  });

  it('names a malformed address without connecting', async () => {
    await open({});
    for (const to of ['nobody', 'a@b@c', 'a b@c.org', 'x@y.org, "evil"@z.org', 'a@b.org\r\nBcc: c@d.org']) {
      fixture.settings = { ...fixture.settings, to };
      const result = await fixture.send();
      assert.ok(!result.ok && result.kind === 'stopped', to);
      assert.match(result.said, /^not an email address: /);
    }
    assert.equal(fixture.server.connections, 0);
  });

  it('lets no label add a header, a recipient or markup', async () => {
    await open({});
    const label = 'Key\r\nBcc: thief@example.org\r\n\r\n<script>alert(1)</script>';
    assert.equal((await fixture.send(`${label} invalid`, `❌ ${label} Auth Failed`)).ok, true);
    const [mail] = fixture.server.mails;
    assert.ok(mail !== undefined);
    assert.deepEqual(mail.to, ['admin@platform.com']);
    assert.deepEqual(mail.headerNames, ['From', 'To', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type']);
    assert.match(mail.subject, /^❌ Key Bcc: thief@example\.org/);
    assert.match(mail.html, /&lt;script&gt;/);
    assert.doesNotMatch(mail.html, /<script>/);
  });

  it('says that it is not set up without host, recipient or password', async () => {
    await open({});
    for (const missing of [{ host: '' }, { to: '' }]) {
      fixture.settings = { ...fixture.settings, ...missing };
      const result = await fixture.send();
      assert.ok(!result.ok && result.kind === 'notSetUp');
    }
  });

  it('sends the password to no other server than it was entered for', async () => {
    await open({});
    fixture.settings = { ...fixture.settings, host: 'mail.elsewhere.invalid', port: 465, user: login.user };
    await fixture.binding.bind('smtpPassword', 'smtp.gmail.com:465');
    const result = await fixture.send();
    assert.ok(!result.ok && result.kind === 'stopped');
    assert.match(result.said, /entered for smtp\.gmail\.com:465/);
  });
});

describe('email channel: how it connects', () => {
  const settings = (more: Partial<EmailSettings>): EmailSettings => ({
    to: 'a@b.org',
    from: '',
    host: 'mail.example.org',
    port: undefined,
    secure: undefined,
    user: 'u',
    ...more,
  });

  it('requires STARTTLS on 587 unless told otherwise, and uses TLS on 465', () => {
    const options = smtpOptions(settings({}), undefined, undefined);
    assert.deepEqual([options.port, options.secure, options.requireTLS], [587, false, true]);
    assert.equal(smtpOptions(settings({ secure: false }), undefined, undefined).requireTLS, false);
    assert.deepEqual(smtpTarget(settings({ port: 465 })), { host: 'mail.example.org', port: 465, secure: true });
    assert.deepEqual(smtpTarget(settings({ secure: true })), { host: 'mail.example.org', port: 465, secure: true });
  });

  it('knows well-known services by name', () => {
    assert.deepEqual(smtpTarget(settings({ host: 'gmail' })), { host: 'smtp.gmail.com', port: 465, secure: true });
    assert.deepEqual(smtpTarget(settings({ host: 'iCloud' })), { host: 'smtp.mail.me.com', port: 587, secure: false });
  });

  it('waits 15 s for each step', () => {
    const { dnsTimeout, connectionTimeout, greetingTimeout, socketTimeout } = smtpOptions(
      settings({}),
      undefined,
      undefined,
    );
    assert.deepEqual([dnsTimeout, connectionTimeout, greetingTimeout, socketTimeout], [15_000, 15_000, 15_000, 15_000]);
  });
});
