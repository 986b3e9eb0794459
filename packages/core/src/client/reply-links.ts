import { ContentFormat, type Link } from "@coapkit/protocol";
import { linkFormat } from "../formats/builtin-formats.js";
import type { ClientReply } from "./client-reply.js";
import { DecodeError } from "./decode-error.js";

/** @throws DecodeError for another format, and for what is no link document */
export function linksIn(reply: ClientReply, request: string): readonly Link[] {
  const { contentFormat = ContentFormat.LinkFormat, payload } = reply;
  const links = contentFormat === ContentFormat.LinkFormat ? linkFormat.decode(payload, contentFormat) : undefined;
  if (links?.ok) return links.value as readonly Link[];
  const reason = links?.reason ?? `its content format is ${contentFormat}, not ${ContentFormat.LinkFormat}.`;
  throw new DecodeError(`The reply to ${request} has no links: ${reason}`, reply);
}
