import { created, OptionNumber, Post, Resource } from "@coapkit/core";

/** `/location-query`: creates what is named by a query alone. */
@Resource("location-query", { produces: [], title: "Answers with Location-Query" })
export class LocationQueryResource {
  @Post()
  create() {
    const options = ["first=1", "second=2"].map((value) => ({ number: OptionNumber.LocationQuery, value }));
    return created(undefined, { options });
  }
}
