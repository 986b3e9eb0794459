import { ContentFormat, Payload, Post, Resource } from "@coapkit/core";

/** `/large-post`: answers with the text in upper case, block-wise in both directions. */
@Resource("large-post", { rt: "block", attributes: { ct: ContentFormat.TextPlain }, title: "Two-way block-wise POST" })
export class LargePostResource {
  @Post({ produces: [ContentFormat.TextPlain] })
  shout(@Payload() text: string) {
    return text.toUpperCase();
  }
}
