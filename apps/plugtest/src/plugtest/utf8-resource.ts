import { ContentFormat, Get, Resource } from "@coapkit/core";

const GREETINGS = "gr\u00fc\u00dfe"; // composed characters, NFC

/** `/utf8/grüße`: a path that is not ASCII. */
@Resource("utf8")
export class Utf8Resource {
  @Get(GREETINGS, { produces: [ContentFormat.TextPlain], title: "Path beyond ASCII" })
  read() {
    return GREETINGS;
  }
}
