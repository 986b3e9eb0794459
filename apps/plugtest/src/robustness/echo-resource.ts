import { ContentFormat, changed, Payload, Post, Resource } from "@coapkit/core";

const FORMATS = [ContentFormat.Json, ContentFormat.Cbor];

/** `/echo`: what was decoded, encoded again; without Accept in the format that it came in. */
@Resource("echo")
export class EchoResource {
  @Post({ consumes: FORMATS, produces: FORMATS })
  echo(@Payload() value: unknown) {
    return changed(value);
  }
}
