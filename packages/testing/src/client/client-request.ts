import type { ClientRequest } from "@coapkit/core";
import {
  type CoapUri,
  ContentFormat,
  Method,
  type MethodName,
  type OptionEntry,
  OptionNumber,
} from "@coapkit/protocol";

/** What may go with a request. */
export interface TestRequestOptions {
  readonly payload?: Uint8Array | string | undefined;
  /** A value to send as JSON, with Content-Format 50. */
  readonly json?: unknown;
  /** Content-Format of the payload. RFC 7252 §5.10.3. */
  readonly contentFormat?: number | undefined;
  /** Content format wanted. RFC 7252 §5.10.4. */
  readonly accept?: number | undefined;
  /** Any other options. */
  readonly options?: readonly OptionEntry[] | undefined;
  /** CON or NON. @defaultValue true */
  readonly confirmable?: boolean | undefined;
  /** Longest wait for the response, in milliseconds. @defaultValue the client's */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The request as an engine takes it. */
export function toRequest(method: MethodName, uri: CoapUri, options: TestRequestOptions): ClientRequest {
  const { payload, json, confirmable } = options;
  return {
    uri,
    method: Method[method],
    confirmable,
    options: optionEntries(options),
    payload: json === undefined ? payload : JSON.stringify(json),
  };
}

function optionEntries({ options = [], contentFormat, accept, json }: TestRequestOptions): readonly OptionEntry[] {
  const entries = [...options];
  const format = contentFormat ?? (json === undefined ? undefined : ContentFormat.Json);
  if (format !== undefined) entries.push({ number: OptionNumber.ContentFormat, value: format });
  if (accept !== undefined) entries.push({ number: OptionNumber.Accept, value: accept });
  return entries;
}
