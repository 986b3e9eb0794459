export {
  AbortedError,
  type BlockSource,
  ClosedError,
  CoapkitError,
  type CoapUri,
  Code,
  ContentFormat,
  InterestLostReason,
  isCoapkitError,
  type Link,
  type MethodName,
  NetworkError,
  type OptionDefinition,
  type OptionEntry,
  OptionNumber,
  type Principal,
  PrincipalSource,
  ProtocolError,
  RequestError,
  RequestLimitError,
  ResetError,
  ResponseTooLargeError,
  type Result,
  TimeoutError,
} from "@coapkit/protocol";
export type { App } from "./app/app.js";
export type { AppOptions } from "./app/app-options.js";
export { createApp } from "./app/create-app.js";
export type { OnClose, OnReady } from "./app/lifecycle.js";
export type { Provider } from "./app/provider.js";
export { CLOCK, LOGGER } from "./app/tokens.js";
export { Client } from "./client/client.js";
export type {
  ClientDiscoverOptions,
  ClientFetchOptions,
  ClientGetOptions,
  ClientGroupDiscoverOptions,
  ClientGroupOptions,
  ClientObserveOptions,
  ClientOutcome,
  ClientPayloadOptions,
  ClientRequestOptions,
  Etags,
} from "./client/client-options.js";
export type { ClientReply } from "./client/client-reply.js";
export type { ClientQuery, ClientTarget, PeerTarget } from "./client/client-target.js";
export { DecodeError } from "./client/decode-error.js";
export type { GroupLinks, GroupReplies, GroupReply, GroupReplyError } from "./client/group-reply.js";
export type { Observation } from "./client/observation.js";
export type { ProblemDetails } from "./client/problem-details.js";
export { ClientError, ResponseError, ServerError } from "./client/response-error.js";
export type { Params } from "./context/params.js";
export { firstOf } from "./context/query.js";
export type { RepeatHandler } from "./context/repeat-handler.js";
export { type ContextKey, contextKey, RequestContext } from "./context/request-context.js";
export type { ResourceVersion, VersionOf } from "./context/resource-version.js";
export type { LinkAttributes, RouteOptions } from "./context/route-options.js";
export type { RoutePlan } from "./context/route-plan.js";
export { Injectable } from "./decorators/injectable.js";
export {
  Delete,
  Fetch,
  Get,
  IPatch,
  Links,
  type MethodDecorator,
  Patch,
  Post,
  Put,
  Version,
} from "./decorators/methods.js";
export {
  BodyStream,
  Option,
  Param,
  type ParameterDecorator,
  Payload,
  Peer,
  parameterDecorator,
  Query,
  Req,
} from "./decorators/parameters.js";
export { type Class, Resource } from "./decorators/resource.js";
export { type Dependency, inject } from "./di/container.js";
export { type Token, token } from "./di/token.js";
export type { LinkProvider, LinkTest } from "./discovery/links.js";
export type { DispatchCounters } from "./dispatch/dispatch-counters.js";
export type { ProblemDetailsMode } from "./dispatch/response-encoder.js";
export { type NativeEngineOptions, nativeEngine } from "./engine/native-engine.js";
export { CoapError, type CoapErrorOptions } from "./errors/coap-error.js";
export { ConfigError, type ConfigErrorCode } from "./errors/config-error.js";
export { type DecodeCborOptions, decodeCbor } from "./formats/cbor/decode-cbor.js";
export { SimpleValue } from "./formats/cbor/simple-value.js";
export { type DecodeJsonOptions, decodeJson } from "./formats/json/decode-json.js";
export type { ForbiddenKeyPolicy } from "./formats/json/forbidden-keys.js";
export type { AppHooks, Awaitable, HookMap, HookName, HookOptions, RequestHooks } from "./hooks/hooks.js";
export { InjectEngine } from "./inject/inject-engine.js";
export type { InjectedReply } from "./inject/injected-reply.js";
export type { InjectRequest } from "./inject/injection.js";
export type { MetadataEntry } from "./metadata/metadata-entry.js";
export { type RouteMetadata, type RouteMetadataOptions, routeMetadata } from "./metadata/route-metadata.js";
export {
  definePlugin,
  PLUGIN_CONTRACT,
  type Plugin,
  type PluginDefinition,
  type PluginFactory,
  type PluginHost,
} from "./plugins/plugin.js";
export {
  CAPABILITY_NAMES,
  type Capability,
  type CapabilityName,
  capabilities,
  type EngineCapabilities,
} from "./ports/capabilities.js";
export type { Clock, Timer } from "./ports/clock.js";
export type {
  BoundAddress,
  ClientRequest,
  ClientResponse,
  Engine,
  EngineCounters,
  EngineFactory,
  EngineHost,
  Exchange,
  GroupRequest,
  GroupResponse,
  Request,
  Response,
  StoredObservation,
} from "./ports/engine.js";
export type { LogFields, Logger, LogLevel } from "./ports/logger.js";
export type { FormatChoice, FormatName, FormatRoute, PayloadFormat } from "./ports/payload-format.js";
export type { TransportFactory, TransportRequest } from "./ports/transport-factory.js";
export {
  badRequest,
  changed,
  conflict,
  content,
  created,
  deleted,
  forbidden,
  notFound,
  preconditionFailed,
  respond,
  serviceUnavailable,
  tooManyRequests,
  unauthorized,
  unprocessable,
  valid,
} from "./reply/replies.js";
export { Reply, type ReplyOptions } from "./reply/reply.js";
export type { PathParams, RouteDefinition } from "./routing/route-definition.js";
export {
  boolean,
  defineOptions,
  instance,
  integer,
  list,
  type OptionSpec,
  type OptionsSchema,
  oneOf,
  text,
} from "./schema/define-options.js";
export { readOptions, readOptionsSync } from "./schema/standard-schema.js";
