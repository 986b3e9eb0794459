import { crc32 } from "node:zlib";
import { ContentFormat, Put, Req, type RequestContext, Resource } from "@coapkit/core";
import { UPLOAD_LIMIT_BYTES } from "./limits.js";

const CRC_DIGITS = 8;

/** `/upload`: length and checksum of the body. */
@Resource("upload")
export class UploadResource {
  @Put({ produces: [ContentFormat.TextPlain], bodyLimitBytes: UPLOAD_LIMIT_BYTES })
  write(@Req() { request: { payload } }: RequestContext) {
    return `${payload.length} ${crc32(payload).toString(16).padStart(CRC_DIGITS, "0")}`;
  }
}
