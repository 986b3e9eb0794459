import { createHash } from "node:crypto";
import { ContentFormat, content, Get, Resource, Version } from "@coapkit/core";

const LINES = 4_096;
const DIGITS = 10;
const BODY = new TextEncoder().encode(
  Array.from({ length: LINES }, (_, line) => `line ${String(line).padStart(DIGITS, "0")}\n`).join(""),
);
const ETAG = createHash("sha256").update(BODY).digest().subarray(0, 4);

/** `/large`: 64 KiB of lines, block by block. */
@Resource("large", { sz: BODY.length })
export class LargeResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  @Version(() => ETAG)
  read() {
    return content(BODY, { contentFormat: ContentFormat.TextPlain });
  }
}
