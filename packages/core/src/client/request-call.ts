import { formatCoapUri, Method, type MethodName, OptionNumber, RequestError } from "@coapkit/protocol";
import { ConfigError } from "../errors/config-error.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { CapabilityName } from "../ports/capabilities.js";
import type { ClientRequest, Engine, GroupRequest } from "../ports/engine.js";
import type { ClientFetchOptions } from "./client-options.js";
import type { ResolvedTarget } from "./client-target.js";
import { optionEntries } from "./option-entries.js";
import { encodePayload } from "./payload-encoder.js";

/** A request that is ready to be sent. */
export interface RequestCall {
  readonly request: ClientRequest;
  /** Method and URI, for messages. */
  readonly name: string;
  readonly options: ClientFetchOptions;
}

/** What is asked for. */
export interface CallParts {
  readonly method: MethodName;
  readonly target: ResolvedTarget;
  readonly value?: unknown;
  readonly options: ClientFetchOptions;
  readonly observe?: boolean;
}

/** @throws RequestError for a value that nothing encodes and for an unknown media type */
export function requestCall(
  formats: FormatRegistry,
  { method, target, value, options, observe }: CallParts,
): RequestCall {
  const { payload, contentFormat } = encodePayload(formats, value, options.contentFormat);
  return {
    name: `${method} ${formatCoapUri(target.uri)}`,
    options,
    request: {
      ...target,
      method: Method[method],
      confirmable: options.confirmable,
      options: optionEntries(formats, options, contentFormat),
      payload,
      observe,
    },
  };
}

/**
 * The same for a group: NON, without what one member alone could answer.
 * @throws RequestError for ETag (RFC 7252 §8.2.1) and Observe among the options
 */
export function groupRequest({ request, name, options: { timeoutMs } }: RequestCall): GroupRequest {
  const { uri, method, options = [] } = request;
  const unicast = options.find(({ number }) => number === OptionNumber.ETag || number === OptionNumber.Observe);
  if (unicast === undefined) return { uri, method, options, timeoutMs };
  const text = `${name} goes to a group, which is not asked with option ${unicast.number}; leave it out, and ask each member with it.`;
  throw new RequestError(text);
}

/** @throws ConfigError where the engine cannot do what the request needs */
export function assertCapable(engine: Engine, { method, target, observe }: CallParts): void {
  const needed: CapabilityName[] = ["client"];
  if (target.peer !== undefined) needed.push("callBack");
  if (observe === true) needed.push("observe");
  if (method === "FETCH" || method === "PATCH" || method === "IPATCH") needed.push("fetchAndPatch");
  for (const name of needed) {
    const capability = engine.capabilities[name];
    if (capability.supported) continue;
    throw new ConfigError(
      "COAPKIT_ERR_CAPABILITY_MISSING",
      `${method} to ${formatCoapUri(target.uri)} requires "${name}", which engine ${engine.name} does not have: ${capability.reason}. Use another engine, or do without the request.`,
    );
  }
}

/** @throws ConfigError where the engine cannot ask a group */
export function assertAsksGroups(
  engine: Engine,
  request: string,
): asserts engine is Engine & Required<Pick<Engine, "discover">> {
  if (engine.discover !== undefined) return;
  throw new ConfigError(
    "COAPKIT_ERR_CAPABILITY_MISSING",
    `${request} goes to a group, which engine ${engine.name} cannot ask. Use nativeEngine, or ask each server.`,
  );
}
