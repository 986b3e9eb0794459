export { CSV_CONTENT_FORMAT } from "./csv-format.js";
export type { CsvRecord } from "./csv-parser.js";
export { csv } from "./csv-plugin.js";
export { RowLimit } from "./row-limit.js";
