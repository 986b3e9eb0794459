/** One row by column name. CSV knows texts only: numbers come back as texts. */
export type CsvRecord = Readonly<Record<string, string | number | boolean>>;

/** What a decoder returns; it never throws, as its input comes from outside. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Whether a value fits in a row. */
export function isCsvRecord(value: unknown): value is CsvRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const fields = Object.values(value);
  return fields.length > 0 && fields.every((field) => ["string", "number", "boolean"].includes(typeof field));
}

/** Reads a table with a header into records. RFC 4180 §2. */
export function parseCsv(payload: Uint8Array, delimiter: string, maxRows: number): Parsed<readonly CsvRecord[]> {
  const text = decodeUtf8(payload);
  if (text === undefined) return fail("the payload is not UTF-8");
  const rows = splitRows(text, delimiter, maxRows + 1);
  return rows.ok ? toRecords(rows.value) : rows;
}

function decodeUtf8(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    return undefined;
  }
}

/** A field, in quotes or not, and what ends it. */
function fieldPattern(delimiter: string): RegExp {
  const end = delimiter === "\t" ? "\\t" : delimiter;
  return new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"${end}\\r\\n]*))(${end}|\\r?\\n|$)`, "y");
}

function splitRows(text: string, delimiter: string, maxRows: number): Parsed<readonly (readonly string[])[]> {
  const field = fieldPattern(delimiter);
  const rows: string[][] = [];
  let row: string[] = [];
  while (field.lastIndex < text.length || row.length > 0) {
    const at = field.lastIndex;
    const [, quoted, bare, end] = field.exec(text) ?? [];
    if (end === undefined) return fail(`malformed CSV after character ${at}`);
    row.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    if (end === delimiter) continue;
    if (rows.length >= maxRows) return fail(`more than ${maxRows - 1} rows`);
    rows.push(row);
    row = [];
  }
  return { ok: true, value: rows };
}

function toRecords([columns, ...rows]: readonly (readonly string[])[]): Parsed<readonly CsvRecord[]> {
  if (columns === undefined) return fail("the header is missing");
  if (new Set(columns).size < columns.length) return fail("two columns have the same name");
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong >= 0) return fail(`row ${wrong + 1} has ${rows[wrong]?.length} fields, the header has ${columns.length}`);
  return { ok: true, value: rows.map((row) => toRecord(columns, row)) };
}

/** Without a prototype, so that a column named "__proto__" is a column like any other. */
function toRecord(columns: readonly string[], row: readonly string[]): CsvRecord {
  const record: Record<string, string> = Object.create(null);
  columns.forEach((column, i) => {
    record[column] = row[i] ?? "";
  });
  return record;
}

function fail(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
