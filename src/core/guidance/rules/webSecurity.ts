import type { Rule } from '../rule.ts';

/** Certificates, cross-origin rules and refused credentials. */
export const webSecurityRules: readonly Rule[] = [
  {
    id: 'web/cors',
    pattern:
      /blocked by CORS policy|Cross-Origin Request Blocked|No 'Access-Control-Allow-Origin' header|CORS preflight/,
    explain: (l10n) => ({
      title: l10n.t('The browser blocks a request to another origin (CORS)'),
      meaning: l10n.t('The server did not say that pages of this origin may read its answers.'),
      tries: [
        l10n.t(
          'It is mended on the server: send `Access-Control-Allow-Origin` with your origin, and answer `OPTIONS` requests.',
        ),
        l10n.t('While developing, let the development server pass requests on (`server.proxy` in Vite).'),
        l10n.t('With cookies, `*` is not allowed: name the origin and allow credentials.'),
        l10n.t('An error page of the server may lack the header too: look at its status first.'),
      ],
    }),
  },
  {
    id: 'web/certificate',
    pattern:
      /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|unable to (?:get local issuer|verify the first) certificate|self[- ]signed certificate|CERT_HAS_EXPIRED|certificate has expired|ERR_TLS_CERT_ALTNAME_INVALID|PKIX path building failed|x509: certificate|SSL certificate problem|NET::ERR_CERT_\w{1,40}|SSLHandshakeException/,
    explain: (l10n) => ({
      title: l10n.t('The certificate of the server is not trusted'),
      meaning: l10n.t('It is self-signed, has expired, is for another name, or its issuer is not known here.'),
      tries: [
        l10n.t(
          'Behind a company proxy, add its root certificate: `NODE_EXTRA_CA_CERTS` (Node), `REQUESTS_CA_BUNDLE` (Python), `keytool` (Java).',
        ),
        l10n.t('Check the date of the machine, the host name in the address, and when the certificate ends.'),
        l10n.t('Do not switch the check off: then anyone on the way can read along.'),
      ],
    }),
  },
  {
    id: 'web/unauthorized',
    pattern:
      /\b401 Unauthorized|status code 401\b|HTTP(?:Error)?:? ?(?:Error )?401\b|\b403 Forbidden|status code 403\b|HTTP(?:Error)?:? ?(?:Error )?403\b/,
    explain: (l10n) => ({
      title: l10n.t('The server does not accept who is asking'),
      meaning: l10n.t('401: credentials are missing, wrong or expired. 403: they are known, but may not do this.'),
      tries: [
        l10n.t(
          'Check that the token is sent, in the header that the service wants, without spaces or quotes around it.',
        ),
        l10n.t('Check when it expires, and its rights (scopes).'),
      ],
    }),
  },
];
