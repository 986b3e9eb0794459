import { Code } from "@coapkit/protocol";
import { Reply, type ReplyOptions } from "./reply.js";

/** 2.05 Content with a value and options; returning the bare value does the same without options. RFC 7252 §5.9.1.5. */
export function content(payload: unknown, options?: ReplyOptions): Reply {
  return new Reply(Code.Content, payload, options);
}

/** 2.01 Created. @param location path of the new resource, sent as Location-Path and Location-Query. RFC 7252 §5.9.1.1. */
export function created(location?: string, options?: ReplyOptions & { readonly payload?: unknown }): Reply {
  return new Reply(Code.Created, options?.payload, location === undefined ? options : { ...options, location });
}

/** 2.02 Deleted. RFC 7252 §5.9.1.2. */
export function deleted(payload?: unknown, options?: ReplyOptions): Reply {
  return new Reply(Code.Deleted, payload, options);
}

/** 2.03 Valid: what the client holds under this entity-tag is still good. RFC 7252 §5.9.1.3. */
export function valid(etag: Uint8Array | string, options?: ReplyOptions): Reply {
  return new Reply(Code.Valid, undefined, { ...options, etag });
}

/** 2.04 Changed. RFC 7252 §5.9.1.4. */
export function changed(payload?: unknown, options?: ReplyOptions): Reply {
  return new Reply(Code.Changed, payload, options);
}

/** Any code: `respond({ code: Code.Content, payload, etag, maxAgeS: 5 })`. */
export function respond(reply: ReplyOptions & { readonly code: number; readonly payload?: unknown }): Reply {
  return new Reply(reply.code, reply.payload, reply);
}

/** 4.00 Bad Request with a diagnostic text. RFC 7252 §5.9.2.1. */
export function badRequest(diagnostic?: string): Reply {
  return new Reply(Code.BadRequest, diagnostic);
}

/** 4.01 Unauthorized: the client must show who it is. RFC 7252 §5.9.2.2. */
export function unauthorized(diagnostic?: string): Reply {
  return new Reply(Code.Unauthorized, diagnostic);
}

/** 4.03 Forbidden: showing who it is would not help. RFC 7252 §5.9.2.4. */
export function forbidden(diagnostic?: string): Reply {
  return new Reply(Code.Forbidden, diagnostic);
}

/** 4.04 Not Found. RFC 7252 §5.9.2.5. */
export function notFound(diagnostic?: string): Reply {
  return new Reply(Code.NotFound, diagnostic);
}

/** 4.09 Conflict with the state of the resource. RFC 8132 §3.4. */
export function conflict(diagnostic?: string): Reply {
  return new Reply(Code.Conflict, diagnostic);
}

/** 4.12 Precondition Failed. RFC 7252 §5.9.2.8. */
export function preconditionFailed(diagnostic?: string): Reply {
  return new Reply(Code.PreconditionFailed, diagnostic);
}

/** 4.22 Unprocessable Entity: well-formed, but not acceptable. RFC 8132 §3.4. */
export function unprocessable(diagnostic?: string): Reply {
  return new Reply(Code.UnprocessableEntity, diagnostic);
}

/** 4.29 Too Many Requests. @param maxAgeS seconds after which trying again makes sense. RFC 8516 §3. */
export function tooManyRequests(maxAgeS: number, diagnostic?: string): Reply {
  return new Reply(Code.TooManyRequests, diagnostic, { maxAgeS });
}

/** 5.03 Service Unavailable. @param maxAgeS seconds after which trying again makes sense. RFC 7252 §5.9.3.4. */
export function serviceUnavailable(maxAgeS: number, diagnostic?: string): Reply {
  return new Reply(Code.ServiceUnavailable, diagnostic, { maxAgeS });
}
