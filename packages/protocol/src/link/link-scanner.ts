// Sticky, and without two ways to match the same text: each character is looked at a bounded number of times.
const TARGET = /[ \t\r\n]*<([^<>]*)>[ \t\r\n]*/y;
const NAME = /;[ \t\r\n]*([A-Za-z0-9!#$&+\-.^_`|~]+\*?)[ \t\r\n]*/y;
const EQUALS = /=[ \t\r\n]*/y;
const BARE = /([A-Za-z0-9!#$%&'()*+\-./:<=>?@[\]^_`{|}~]+)[ \t\r\n]*/y;
const BLANKS = /[ \t\r\n]*/y;

/** Reads the tokens of a link document in order; what it cannot read stays in front of it. RFC 6690 §2. */
export class LinkScanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Index of the first character not yet taken. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether everything is taken. */
  get isAtEnd(): boolean {
    return this.#offset === this.#text.length;
  }

  /** What is between angle brackets. */
  takeTarget(): string | undefined {
    return this.#match(TARGET)?.[1];
  }

  /** The name of an attribute, with the semicolon before it. */
  takeName(): string | undefined {
    return this.#match(NAME)?.[1];
  }

  /** Whether the equals sign before a value came next. */
  takeEquals(): boolean {
    return this.#match(EQUALS) !== null;
  }

  /** Whether the comma before another link came next. */
  takeComma(): boolean {
    if (this.#text[this.#offset] !== ",") return false;
    this.#offset++;
    return true;
  }

  /** The value of an attribute, without quotes and escapes. */
  takeValue(): string | undefined {
    return this.#text[this.#offset] === '"' ? this.#takeQuoted() : this.#match(BARE)?.[1];
  }

  #takeQuoted(): string | undefined {
    const start = this.#offset + 1;
    let end = start;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) return undefined;
    this.#offset = end + 1;
    this.#match(BLANKS);
    return this.#text.slice(start, end).replace(/\\([\s\S])/g, "$1");
  }

  #match(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#offset;
    const match = token.exec(this.#text);
    if (match !== null) this.#offset = token.lastIndex;
    return match;
  }
}
