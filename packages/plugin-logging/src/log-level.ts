/** Levels of the `level` option, pino's names: `silent` writes nothing. */
export const LEVEL_NAMES = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Name of a level. */
export type LevelName = (typeof LEVEL_NAMES)[number];

/** Whether a value is one of the names, in lower case. */
export function isLevelName(value: unknown): value is LevelName {
  return (LEVEL_NAMES as readonly unknown[]).includes(value);
}

/**
 * Level that the environment asks for, in any case: `LOG_LEVEL=debug`. @defaultValue info
 * @throws TypeError for any other text: a level that was meant to be heard must not be lost to a typing error
 */
export function levelFromEnvironment(env: NodeJS.ProcessEnv = process.env): LevelName {
  const text = env.LOG_LEVEL;
  if (text === undefined || text === "") return "info";
  const name = text.toLowerCase();
  if (isLevelName(name)) return name;
  throw new TypeError(`LOG_LEVEL is ${JSON.stringify(text)}; set it to one of ${LEVEL_NAMES.join(", ")}.`);
}
