/** `${password}`, `<your key>`, `process.env.KEY`, `{{ token }}`: the place of a secret, not one. */
export const isReference = (value: string): boolean =>
  /^(?:[$%<{[(*]|\\?\$|process\.env\b|import\.meta\b|os\.(?:environ|getenv)\b|env[.[]|ENV\[|System\.getenv\b|(?:x|X|\.|…|-|_){3,}$)/.test(
    value,
  );

/** Types and words that follow `password:` in code, settings and messages. */
const words = new Set(
  `string str text number int integer float bool boolean bytes byte any unknown object void never null nil none undefined
  true false optional option self this super required missing invalid incorrect wrong empty expired failed hidden varchar
  secret token password value input data key hashed redacted masked yes no`.split(/\s+/),
);

/**
 * Whether the value of a matched assignment is code or prose rather than a secret. In doubt about a
 * literal it is a secret; in doubt about a bare word it is code, since most bare words are.
 */
export function looksLikeCode(match: RegExpMatchArray, value: string): boolean {
  const name = match.groups?.['name'] ?? '';
  if (/^pwd$/i.test(name) && /^(?:[/~.]|[A-Za-z]:[\\/])/.test(value)) return true;
  if (match.groups?.['quote'] !== undefined) return isPhrase(value) && !isEnvName(name);
  if (words.has(value.toLowerCase().replace(/[?!.|]+$/, ''))) return true;
  if (isEnvName(name) && match.groups?.['sign'] === '=') return false;
  if (/[([]|^\w+(?:\.|\?\.|->|::)[A-Za-z_#]/.test(value)) return true;
  return !/\d/.test(value) && /^[\w$.?!|&*]+[)}\]>]*$/.test(value) && !isSettingLine(match, value);
}

/** Upper case, as in the environment: `PASSWORD`, `API_KEY`. */
const isEnvName = (name: string): boolean => !/[a-z]/.test(name);

/** "Enter your password": a text for people. */
const isPhrase = (value: string): boolean =>
  value.length < 3 || /\s[a-z]+\s|^[A-Z][a-z]+\s|\s\w+[?!.:]?$/.test(value) || words.has(value.toLowerCase());

/** `password: swordfish` alone on its line, as in YAML; code would end in a comma or a semicolon. */
function isSettingLine(match: RegExpMatchArray, value: string): boolean {
  if (!/^(?:passw(?:or)?d|passwd|passphrase)$/i.test(match.groups?.['name'] ?? '') || !/^[a-z]+$/.test(value))
    return false;
  const text = match.input ?? '';
  const at = match.index ?? 0;
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  const after = text[at + match[0].length] ?? '\n';
  return /^[ \t]{0,40}[\w.-]{0,40}$/.test(before) && /[\r\n]/.test(after);
}
