import { token } from "../di/token.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";

/** The app's logger. A logging plugin provides its own with `replace: true`. */
export const LOGGER = token<Logger>("@coapkit/core/logger");
/** The app's clock. */
export const CLOCK = token<Clock>("@coapkit/core/clock");
