import { ContentFormat, Get, Query, Resource } from "@coapkit/core";

/** `/query`: the query as it was parsed. */
@Resource("query")
export class QueryResource {
  @Get({ produces: [ContentFormat.Json] })
  read(@Query() query: Query) {
    return query;
  }
}
