import {
  ContentFormat,
  content,
  created,
  Delete,
  Get,
  Post,
  Put,
  Req,
  type RequestContext,
  Resource,
  Version,
} from "@coapkit/core";
import { requestReport } from "./request-report.js";

/** `/test`: answers every method and stores nothing. */
@Resource("test", { produces: [], title: "Default test resource" })
@Version(() => true)
export class TestResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  read(@Req() ctx: RequestContext) {
    return content(requestReport(ctx), { maxAgeS: 30 });
  }

  @Put()
  write(): void {}

  @Post()
  create() {
    return created("/location1/location2/location3");
  }

  @Delete()
  remove(): void {}
}
