import { createHash } from "node:crypto";
import {
  badRequest,
  Code,
  ContentFormat,
  Fetch,
  Get,
  IPatch,
  Patch,
  Payload,
  Put,
  Resource,
  respond,
  Version,
} from "@coapkit/core";
import { isJsonObject, type JsonObject, mergePatch } from "./merge-patch.js";

const MERGE_PATCH = 52;
const MAX_BYTES = 8_192;
const { Json } = ContentFormat;

/** What ETag and If-Match are compared with. */
const EtchVersion = Version<EtchResource>(function () {
  return createHash("sha256").update(JSON.stringify(this.document)).digest().subarray(0, 4);
});

/** `/etch`: a JSON object that can be read and changed in part. RFC 8132. */
@Resource("etch", { produces: [], title: "JSON object for FETCH and PATCH" })
export class EtchResource {
  document: JsonObject = {};

  @Get({ produces: [Json] })
  @EtchVersion
  read() {
    return this.document;
  }

  @Put({ consumes: [Json] })
  @EtchVersion
  write(@Payload() document: unknown) {
    return this.#replace(document);
  }

  @Fetch({ consumes: [Json], produces: [Json] })
  readMembers(@Payload() names: unknown) {
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
      return badRequest("An array of member names is needed.");
    }
    return Object.fromEntries(Object.entries(this.document).filter(([name]) => names.includes(name)));
  }

  @Patch({ consumes: [MERGE_PATCH] })
  @IPatch({ consumes: [MERGE_PATCH] })
  @EtchVersion
  merge(@Payload() patch: unknown) {
    return this.#replace(mergePatch(this.document, patch));
  }

  #replace(document: unknown) {
    if (!isJsonObject(document)) return badRequest("The document has to be a JSON object.");
    if (Buffer.byteLength(JSON.stringify(document)) > MAX_BYTES) return respond({ code: Code.RequestEntityTooLarge });
    this.document = document;
    return undefined;
  }
}
