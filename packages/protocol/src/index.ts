export type { BlockValue } from "./block/block-option.js";
export type { BlockSource } from "./block/block2-source.js";
export { SequentialSource, type SequentialSourceSettings } from "./block/sequential-source.js";
export type { DiscoveryRequest } from "./client/client.js";
export { RequestError, RequestLimitError, ResponseTooLargeError } from "./client/client-error.js";
export {
  CoapClient,
  type PayloadOptions,
  type RequestOptions,
  type RequestPort,
  type Responses,
  type StreamOptions,
  type Target,
} from "./client/coap-client.js";
export { IncomingResponse } from "./client/incoming-response.js";
export type {
  OutgoingRequest,
  PeerTarget,
  RequestSettings,
  RequestTarget,
  UriTarget,
} from "./client/outgoing-request.js";
export { Code, codeClass, isRequestCode, isResponseCode, isSuccessCode } from "./code/code.js";
export { codeName, formatCode, parseCode } from "./code/code-text.js";
export { isIdempotentMethod, isSafeMethod, Method, type MethodName, methodName } from "./code/method.js";
export { ContentFormat } from "./content-format/content-format.js";
export { contentCodingOf, contentFormatOf, mediaTypeOf, structuredSuffixOf } from "./content-format/media-type.js";
export { Endpoint } from "./endpoint/endpoint.js";
export { DEFAULT_LIMITS, type EndpointLimits, type EndpointOptions } from "./endpoint/endpoint-options.js";
export { CoapkitError, isCoapkitError } from "./errors/coapkit-error.js";
export { AbortedError, ClosedError, NetworkError, ResetError, TimeoutError } from "./errors/network-error.js";
export { ProtocolError } from "./errors/protocol-error.js";
export type { IncomingRequest } from "./exchange/incoming-request.js";
export { InterestLostReason } from "./exchange/interest-lost-reason.js";
export type { ImmediateResponse, OutgoingResponse } from "./exchange/outgoing-response.js";
export type { ServerExchange } from "./exchange/server-exchange.js";
export { filterLinks } from "./link/filter-links.js";
export { formatLinks } from "./link/format-links.js";
export type { Link, LinkAttribute } from "./link/link.js";
export { LinkFormatError } from "./link/link-format-error.js";
export { parseLinkFormat } from "./link/parse-link-format.js";
export { Type } from "./message/message-type.js";
export type { StoredObservation } from "./observe/stored-observation.js";
export { encodeOptions, type OptionEntry } from "./option/encode-options.js";
export { findBadOption } from "./option/find-bad-option.js";
export { OptionCursor } from "./option/option-cursor.js";
export type { OptionDefinition, OptionFormat } from "./option/option-definition.js";
export { OptionConflictError, OptionDefinitionError, OptionValueError } from "./option/option-error.js";
export { isCritical, isNoCacheKey, isUnsafeToForward, OptionNumber } from "./option/option-number.js";
export { OptionRegistry } from "./option/option-registry.js";
export { OptionsView } from "./option/options-view.js";
export { decodeUint, encodeUint } from "./option/uint.js";
export { readUtf8 } from "./option/utf8.js";
export {
  TransmissionParameterError,
  type TransmissionParameters,
  type TransmissionSettings,
  transmissionParameters,
} from "./parameters/transmission-parameters.js";
export { NO_PEER, PeerDirectory, type PeerId } from "./peer/peer-directory.js";
export { type Principal, PrincipalSource, principal } from "./peer/principal.js";
export type { RemotePeer } from "./peer/remote-peer.js";
export type { Clock, Timer } from "./ports/clock.js";
export type { RandomSource } from "./ports/random-source.js";
export { BATCH_STRIDE, type BoundAddress, type OnBatch, type Transport } from "./ports/transport.js";
export { fail, ok, type Result } from "./result.js";
export { type CoapScheme, type CoapUri, DEFAULT_PORTS } from "./uri/coap-uri.js";
export { formatCoapUri } from "./uri/format-coap-uri.js";
export { parseCoapUri } from "./uri/parse-coap-uri.js";
export { formatPath, type PathAndQuery, parsePath } from "./uri/path.js";
export { type UriToOptionsSettings, uriToOptions } from "./uri/uri-to-options.js";
