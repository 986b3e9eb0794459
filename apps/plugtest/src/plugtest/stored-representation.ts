import { createHash } from "node:crypto";
import { badRequest, content, type Reply, type RequestContext } from "@coapkit/core";

/** What a client has stored: bytes with their Content-Format, and an ETag that changes with both. */
export class StoredRepresentation {
  readonly etag: Uint8Array;

  constructor(
    readonly payload: Uint8Array | string,
    readonly contentFormat: number,
  ) {
    this.etag = createHash("sha256").update(`${contentFormat} `).update(payload).digest().subarray(0, 4);
  }

  /** Takes the payload and Content-Format of a request. @throws Reply 4.00 without a Content-Format */
  static from({ request, contentFormat }: RequestContext): StoredRepresentation {
    if (contentFormat < 0) throw badRequest("Content-Format is missing.");
    return new StoredRepresentation(new Uint8Array(request.payload), contentFormat);
  }

  get sizeBytes(): number {
    return Buffer.byteLength(this.payload);
  }

  /** 2.05 with the representation in its format; core turns it to 4.06 where Accept asks for another one. */
  reply(maxAgeS?: number): Reply {
    return content(this.payload, { contentFormat: this.contentFormat, maxAgeS });
  }
}
