import type { PayloadFormat } from "@coapkit/core";
import { type CsvRecord, isCsvRecord, parseCsv } from "./csv-parser.js";

/**
 * Content-Format of CSV here. IANA has registered none, so the number is one of 65000 to 65535, which RFC 7252 §12.3
 * keeps for experiments: both sides have to agree on it.
 */
export const CSV_CONTENT_FORMAT = 65_001;

/** How tables are read and written. */
export interface CsvFormatOptions {
  readonly delimiter: string;
  readonly maxRows: number;
}

/** Makes the codec: a list of records is a table with a header, RFC 4180. */
export function csvFormat({ delimiter, maxRows }: CsvFormatOptions): PayloadFormat {
  return {
    contentFormat: CSV_CONTENT_FORMAT,
    mediaType: "text/csv",
    // Not any value can be a table, so it is never the default for what handlers return.
    structured: false,
    represents: isTable,
    encode: (value) => encodeTable(value, delimiter),
    decode: (payload) => parseCsv(payload, delimiter, maxRows),
  };
}

function isTable(value: unknown): value is readonly CsvRecord[] {
  return Array.isArray(value) && value.length > 0 && value.every(isCsvRecord);
}

function encodeTable(value: unknown, delimiter: string): string {
  if (!isTable(value)) throw new TypeError("CSV carries a list of flat records, one at least; return such a list.");
  const columns = [...new Set(value.flatMap((record) => Object.keys(record)))];
  const rows = value.map((record) => columns.map((column) => String(record[column] ?? "")));
  return [columns, ...rows].map((row) => `${row.map((field) => quote(field, delimiter)).join(delimiter)}\n`).join("");
}

/** RFC 4180 §2, rules 5 to 7. */
function quote(field: string, delimiter: string): string {
  const needsQuotes = field === "" || /["\r\n]/.test(field) || field.includes(delimiter);
  return needsQuotes ? `"${field.replaceAll('"', '""')}"` : field;
}
