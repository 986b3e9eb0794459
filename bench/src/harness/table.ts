/** A table in Markdown whose columns line up in plain text; the first column is aligned left, the others right. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? "", width, column)).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** A whole number with commas: 168,600. */
export function wholeNumber(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Bytes as mebibytes with one decimal. */
export function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "–" : (bytes / 1024 / 1024).toFixed(1);
}

/** A share as percent without decimals. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
