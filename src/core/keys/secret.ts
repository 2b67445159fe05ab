const redacted = '[secret]';

/**
 * A credential's text that cannot be printed by accident: as a string, in JSON, in `util.inspect`
 * and in template literals it reads `[secret]`. Only `reveal()` gives the text, and only the
 * outgoing auth header, SecretStorage and the user's own export may call it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted;
  }
}
