import { ContentFormat, Get, Resource, Version } from "@coapkit/core";
import { LARGE_TEXT } from "./large-text.js";
import { StoredRepresentation } from "./stored-representation.js";

const REPRESENTATION = new StoredRepresentation(LARGE_TEXT, ContentFormat.TextPlain);

/** `/large`: a representation of more than one block. */
@Resource("large", { rt: "block", sz: LARGE_TEXT.length, title: "Large resource" })
@Version(() => REPRESENTATION.etag)
export class LargeResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  read() {
    return REPRESENTATION.reply();
  }
}
