import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Class } from "../decorators/resource.js";
import type { ProblemDetailsMode } from "../dispatch/response-encoder.js";
import type { Plugin } from "../plugins/plugin.js";
import type { Clock } from "../ports/clock.js";
import type { EngineFactory } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { boolean, defineOptions, instance, integer, list, oneOf } from "../schema/define-options.js";
import type { Provider } from "./provider.js";

/** What an app is made of. */
export interface AppOptions {
  /** Classes decorated with `@Resource`. */
  readonly resources?: readonly Class[] | undefined;
  readonly plugins?: readonly Plugin[] | undefined;
  /** What constructors may ask for: classes, or `{ provide, useValue | useClass | useFactory }`. */
  readonly providers?: readonly Provider[] | undefined;
  /** The CoAP implementation for `listen`. Default: `nativeEngine()`, coapkit's own. */
  readonly engine?: EngineFactory | undefined;
  /** Largest request body in bytes; above: 4.13. Default: 1 MiB. */
  readonly bodyLimitBytes?: number | undefined;
  /** Time a request may take, in milliseconds; after it: 5.03. Default: 30,000. */
  readonly handlerTimeoutMs?: number | undefined;
  /** Most requests that wait for handlers at a time; above: 5.03 with Max-Age. Default: 4,096. */
  readonly requestsInFlight?: number | undefined;
  /** Time that each step of boot and close may take, in milliseconds: a plugin's setup, an `onReady`, an `onClose`. Default: 10,000. */
  readonly lifecycleTimeoutMs?: number | undefined;
  /** Time that `close` gives requests in flight to end by themselves, in milliseconds. Default: 4,000. */
  readonly drainTimeoutMs?: number | undefined;
  /** When errors carry problem details (RFC 9290) instead of a diagnostic text. Default: when the client accepts them. */
  readonly problemDetails?: ProblemDetailsMode | undefined;
  /** Whether `/.well-known/core` answers. Default: true. RFC 6690. */
  readonly discovery?: boolean | undefined;
  /** Default: warnings and errors as JSON lines on standard error. */
  readonly logger?: Logger | undefined;
  /** Default: the machine's time. */
  readonly clock?: Clock | undefined;
}

/** App options with their defaults. */
export type ParsedAppOptions = StandardSchemaV1.InferOutput<typeof appOptionsSchema>;

const isFunction = (value: unknown): boolean => typeof value === "function";
const has = (value: unknown, method: string): boolean => typeof value === "object" && value !== null && method in value;

/** How `createApp` reads its options. */
export const appOptionsSchema = defineOptions({
  resources: list<Class>("classes decorated with @Resource", isFunction),
  plugins: list<Plugin>("plugins", (value) => value !== undefined && value !== null),
  providers: list<Provider>(
    "classes and { provide, use… } objects",
    (value) => isFunction(value) || has(value, "provide"),
  ),
  engine: instance<EngineFactory>("an engine factory, such as nativeEngine()", isFunction),
  bodyLimitBytes: integer({ default: 1_048_576 }),
  handlerTimeoutMs: integer({ default: 30_000, min: 1, max: 2_147_483_647 }),
  requestsInFlight: integer({ default: 4_096, min: 1 }),
  lifecycleTimeoutMs: integer({ default: 10_000, min: 1, max: 2_147_483_647 }),
  drainTimeoutMs: integer({ default: 4_000, max: 2_147_483_647 }),
  problemDetails: oneOf(["accepted", "always", "never"], { default: "accepted" }),
  discovery: boolean({ default: true }),
  logger: instance<Logger>("a logger with debug, info, warn, error and isLevelEnabled", (value) =>
    has(value, "isLevelEnabled"),
  ),
  clock: instance<Clock>("a clock with nowMs and setTimer", (value) => has(value, "setTimer")),
});
