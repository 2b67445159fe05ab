/** Kinds of secrets as the preview counts them. */
export type SecretKind =
  | 'pooledKey'
  | 'apiToken'
  | 'jwt'
  | 'privateKey'
  | 'urlPassword'
  | 'authHeader'
  | 'cookie'
  | 'assignment';

export type SecretShape = {
  readonly kind: SecretKind;
  /** Global. Group `value` is what gets masked; without one the whole match is. */
  readonly pattern: RegExp;
};

/**
 * Tokens that their own shape gives away. Each begins with fixed text and goes on with one run of
 * characters, so that a failed try costs no more than the run's least length.
 */
const tokens: readonly string[] = [
  'gsk_[A-Za-z0-9]{16,}', // Groq
  'AIza[A-Za-z0-9_-]{30,}', // Google, "standard"
  String.raw`AQ\.[A-Za-z0-9_-]{20,}`, // Google, "auth"
  String.raw`ya29\.[A-Za-z0-9_-]{20,}`, // Google OAuth
  'GOCSPX-[A-Za-z0-9_-]{20,}', // Google OAuth client
  'hf_[A-Za-z0-9]{16,}', // Hugging Face
  'api_org_[A-Za-z0-9]{16,}', // Hugging Face organisation
  // OpenAI, Anthropic, OpenRouter; a capital or digit tells them from class names like sk-fading-circle
  'sk-(?=[a-z_-]{0,40}[A-Z0-9])[A-Za-z0-9_-]{16,}',
  'xai-[A-Za-z0-9]{20,}',
  'pplx-[A-Za-z0-9]{20,}',
  'r8_[A-Za-z0-9]{20,}', // Replicate
  'gh[pousr]_[A-Za-z0-9]{20,}', // GitHub
  'github_pat_[A-Za-z0-9_]{20,}',
  'gl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_.-]{16,}', // GitLab
  'xox[abceoprs]-[A-Za-z0-9-]{10,}', // Slack
  'xapp-[A-Za-z0-9-]{10,}',
  String.raw`hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9_\/-]{10,}`,
  String.raw`discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/[A-Za-z0-9_-]{20,}`,
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])', // AWS
  String.raw`\d{6,12}:[A-Za-z0-9_-]{30,}`, // Telegram bot
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[A-Za-z0-9_-]{40,}',
  '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}', // Stripe
  'whsec_[A-Za-z0-9+/=]{20,}',
  String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`, // SendGrid
  'key-[0-9a-f]{32}(?![A-Za-z0-9])', // Mailgun
  'SK[0-9a-f]{32}(?![A-Za-z0-9])', // Twilio
  'do[opr]_v1_[0-9a-f]{40,}', // DigitalOcean
  'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}', // Shopify
  'dapi[0-9a-f]{32}', // Databricks
  String.raw`hv[sbr]\.[A-Za-z0-9_-]{20,}`, // Vault
  String.raw`dp\.(?:pt|st|sa|ct)\.[A-Za-z0-9_.-]{20,}`, // Doppler
  'sb_secret_[A-Za-z0-9_-]{16,}', // Supabase
  'lin_api_[A-Za-z0-9]{20,}', // Linear
  'ntn_[A-Za-z0-9]{30,}', // Notion
  'AGE-SECRET-KEY-1[A-Z0-9]{40,}',
];

const strong = String.raw`passw(?:or)?d|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|(?:encryption|signing|master|fernet)[_-]?key|(?:auth|access|refresh|bot|bearer|session|api|deploy|webhook)[_-]?token|credentials?`;
/** `_1`, `_PROD`: what may stand between the name's end and the sign. */
const suffix = String.raw`(?:[_-]?\d{1,4}|_[A-Z0-9]{1,20})?`;
const sign = String.raw`\\{0,3}["']?\s{0,4}(?:=>|:=|[:=])\s{0,4}`;
const quoted = String.raw`\\{0,3}(?<quote>["'\u0060])(?<value>(?:(?!\k<quote>)[^\\\n]){1,400})`;
/** After a backslash only an escaped closing quote may follow. */
const bare = String.raw`(?<value>[^\s"'\u0060,;)}\]<>&\\]{3,400})`;

export const secretShapes: readonly SecretShape[] = [
  // One start per run of characters, else "eyJ-eyJ-…" would be read from every "eyJ" to the end.
  {
    kind: 'jwt',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  },
  { kind: 'apiToken', pattern: new RegExp(`(?<![A-Za-z0-9])(?:${tokens.join('|')})`, 'g') },
  { kind: 'urlPassword', pattern: /:\/\/[^\s/:@"'`<>]{0,200}:(?<value>[^\s/"'`<>]{1,400})@/g },
  { kind: 'urlPassword', pattern: /:\/\/(?<value>[A-Za-z0-9_.~%-]{16,400})@/g },
  {
    kind: 'authHeader',
    pattern:
      /authorization\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["'`]?(?:(?<scheme>bearer|basic|token|digest|apikey|api-key)\s{1,3})?(?<value>[^\s"'`,;\\]{4,4000})/gi,
  },
  { kind: 'authHeader', pattern: /\bbearer\s{1,3}(?=[A-Za-z._~+/-]{0,80}\d)(?<value>[A-Za-z0-9._~+/=-]{12,4000})/gi },
  { kind: 'cookie', pattern: /\b(?:set-)?cookie:[ \t]{0,3}(?<value>[\w.-]{1,80}=[^\n"'`]{1,4000})/gi },
  { kind: 'assignment', pattern: new RegExp(`(?<name>${strong})${suffix}${sign}${quoted}`, 'gi') },
  { kind: 'assignment', pattern: new RegExp(`(?<name>${strong})${suffix}(?<sign>${sign})${bare}`, 'gi') },
  {
    kind: 'assignment',
    pattern: new RegExp(
      `(?<name>token|_key)${suffix}(?<sign>${sign})\\\\{0,3}["'\`]?(?=[A-Za-z_/+=.-]{0,60}\\d)(?<value>[A-Za-z0-9_/+=.~-]{16,400})`,
      'gi',
    ),
  },
  {
    kind: 'assignment',
    pattern: new RegExp(`--(?<name>${strong}|token)[ \\t]{1,3}(?<value>[^\\s"'\`-][^\\s"'\`]{2,400})`, 'gi'),
  },
  { kind: 'assignment', pattern: new RegExp(`<(?<name>${strong})>(?<value>[^<>\\s]{1,400})<`, 'gi') },
];
