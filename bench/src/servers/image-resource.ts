import { badRequest, Get, Payload, Put, Resource } from "@coapkit/core";
import { image, isImage } from "../transfer/image.js";

/** The image of the block-wise transfers: what is uploaded must be what is there. */
@Resource("image")
export class ImageResource {
  @Get()
  read(): Uint8Array {
    return image();
  }

  @Put()
  write(@Payload() body: Uint8Array) {
    return isImage(body) ? undefined : badRequest();
  }
}
