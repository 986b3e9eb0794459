import type { SenmlSettings } from "../src/index.js";

/** Noon of 2026-01-31: what tests take for now. */
export const NOW_MS = Date.UTC(2026, 0, 31, 12);
export const NOW_S = NOW_MS / 1000;

/** The plugin's defaults, with a clock that stands still. */
export const SETTINGS: SenmlSettings = {
  decodeAs: "records",
  times: "absolute",
  units: "convert",
  compact: false,
  maxRecords: 10_000,
  maxNameLength: 1024,
  nowMs: () => NOW_MS,
};

const nothing = (): void => undefined;
/** For tests in which errors are expected. */
export const SILENT = { isLevelEnabled: () => false, debug: nothing, info: nothing, warn: nothing, error: nothing };
