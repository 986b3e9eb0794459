import { ContentFormat, Get, Resource } from "@coapkit/core";

const ABOUT = `The plugtest server of coapkit.
It has the resources of the ETSI CoAP plugtests, and some more.
GET /.well-known/core lists them.`;

/** `/`: says what this server is. */
@Resource("")
export class RootResource {
  @Get({ produces: [ContentFormat.TextPlain], discoverable: false })
  read() {
    return ABOUT;
  }
}
