/** A text of printable characters, no block of which is like another. */
export function textBody(length: number, seed = 0): string {
  let text = "";
  for (let line = seed * 100_000; text.length < length; line++) text += `${line};`;
  return text.slice(0, length);
}

/** Size of a body of a hundred blocks. */
export const LARGE = 100 * 1024;
