import { ContentFormat, Get, Req, type RequestContext, Resource } from "@coapkit/core";
import { methodName } from "@coapkit/protocol";
import { typeName } from "./request-report.js";

const { TextPlain, Xml, Json, Cbor } = ContentFormat;

/** `/multi-format`: tells about the request in the format that Accept asks for. */
@Resource("multi-format", { title: "In several formats" })
export class MultiFormatResource {
  @Get({ produces: [TextPlain, Xml, Json, Cbor] })
  read(@Req() ctx: RequestContext) {
    const { method, messageId: mid } = ctx.request;
    const facts = { type: typeName(ctx), code: methodName(method) ?? String(method), mid, accept: ctx.accept };
    if (ctx.format?.contentFormat === TextPlain) return asText(facts);
    return ctx.format?.contentFormat === Xml ? asXml(facts) : facts;
  }
}

interface Facts {
  readonly type: string;
  readonly code: string;
  readonly mid: number;
  readonly accept: number;
}

function asText({ type, code, mid, accept }: Facts): string {
  return `Status type: "${type}"\nCode: "${code}"\nMID: ${mid}\nAccept: ${accept}`;
}

function asXml({ type, code, mid, accept }: Facts): string {
  return `<msg type="${type}" code="${code}" mid="${mid}" accept="${accept}" />`;
}
