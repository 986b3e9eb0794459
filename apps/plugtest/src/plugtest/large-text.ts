const LINES = 20;
const LINE_LENGTH = 63;

/** 1280 bytes of ASCII: twenty lines of 63 characters and a line feed, no two of them equal. */
export const LARGE_TEXT = Array.from({ length: LINES }, (_, index) => `${lineAt(index)}\n`).join("");

function lineAt(index: number): string {
  return `Line ${String(index + 1).padStart(2, "0")} of a text that needs more than one block `.padEnd(
    LINE_LENGTH,
    "-",
  );
}
