import { Method, type MethodName, type OptionEntry, OptionNumber, parsePath, TimeoutError } from "@coapkit/protocol";
import { ConfigError } from "../errors/config-error.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { ClientRequest, Peer } from "../ports/engine.js";
import type { FormatName } from "../ports/payload-format.js";
import { clientResponse, INJECTING_PEER, type InjectEngine } from "./inject-engine.js";
import { InjectedReply } from "./injected-reply.js";

/** A request without a network. */
export interface InjectRequest {
  readonly method: MethodName;
  /** Absolute path, percent-encoded as in a URI, with an optional query: `/sensors/1?unit=C`. */
  readonly path: string;
  /** Query parameters to add; a list repeats the name. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>> | undefined;
  /** Bytes and texts are sent as they are; any other value is encoded by `contentFormat`, or by the app's first structured format. */
  readonly payload?: unknown;
  readonly contentFormat?: FormatName | undefined;
  readonly accept?: FormatName | undefined;
  /** Any other options. */
  readonly options?: readonly OptionEntry[] | undefined;
  /** CON, the default, or NON. */
  readonly confirmable?: boolean | undefined;
  /** Who asks. */
  readonly peer?: Partial<Peer> | undefined;
}

/**
 * Takes one request through the whole lifecycle.
 * @throws TimeoutError where the request is left without an answer, ConfigError for a malformed request
 */
export function inject(engine: InjectEngine, formats: FormatRegistry, request: InjectRequest): Promise<InjectedReply> {
  return new Promise((resolve, reject) => {
    engine.exchange(clientRequest(request, formats), peerOf(request), {
      onResponse: (response) => resolve(new InjectedReply(clientResponse(response), formats)),
      onEnd: (answered) => {
        if (!answered) reject(new TimeoutError(`${request.method} ${request.path} was left without an answer.`));
      },
    });
  });
}

function peerOf({ peer }: InjectRequest): Peer {
  return peer === undefined ? INJECTING_PEER : { ...INJECTING_PEER, ...peer };
}

function clientRequest(request: InjectRequest, formats: FormatRegistry): ClientRequest {
  const target = parsePath(request.path);
  if (!target.ok)
    throw new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", `inject: the path is malformed. ${target.reason}`);
  const { payload, contentFormat } = encodePayload(request, formats);
  const options: OptionEntry[] = [...(request.options ?? [])];
  if (contentFormat !== undefined) options.push({ number: OptionNumber.ContentFormat, value: contentFormat });
  if (request.accept !== undefined) {
    options.push({ number: OptionNumber.Accept, value: formats.numberOf(request.accept, "accept of inject") });
  }
  return {
    uri: {
      scheme: "coap",
      host: "127.0.0.1",
      port: 5683,
      path: target.value.path,
      query: [...target.value.query, ...queryItems(request)],
    },
    method: Method[request.method],
    confirmable: request.confirmable,
    options,
    payload,
  };
}

function queryItems({ query = {} }: InjectRequest): string[] {
  return Object.entries(query).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((item) => `${name}=${item}`) : [`${name}=${String(value)}`],
  );
}

function encodePayload({ payload, contentFormat }: InjectRequest, formats: FormatRegistry) {
  const number = contentFormat === undefined ? undefined : formats.numberOf(contentFormat, "contentFormat of inject");
  if (payload === undefined || typeof payload === "string" || payload instanceof Uint8Array) {
    return { payload, contentFormat: number };
  }
  const codec = number === undefined ? formats.all().find((format) => format.structured) : formats.get(number);
  if (codec === undefined) {
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      "inject: no loaded plugin encodes this payload; add json() to the app's plugins, or pass bytes.",
    );
  }
  const encoded = codec.encode(payload, number ?? codec.contentFormat);
  return { payload: encoded, contentFormat: number ?? codec.contentFormat };
}
