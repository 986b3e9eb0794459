/** Names a dependency that is not a class. Keep tokens in constants: never build one from what a peer sent. */
export interface Token<T> {
  readonly key: symbol;
  /** For messages. */
  readonly description: string;
  /** Carries the type only. */
  readonly type?: T;
}

/** Makes a token; the same name gives an equal token in every copy of the code. @param name unique: prefix it with the package's name */
export function token<T>(name: string): Token<T> {
  return Object.freeze({ key: Symbol.for(`coapkit/token/${name}`), description: name });
}
