import { type App, ContentFormat } from "@coapkit/core";

const COUNT = 200;

/** `/bulk/0` to `/bulk/199`: there so that `/.well-known/core` is long. */
export function addBulkRoutes(app: App): void {
  for (let number = 0; number < COUNT; number++) {
    app.route({
      method: "GET",
      path: `/bulk/${number}`,
      produces: [ContentFormat.TextPlain],
      handler: () => String(number),
    });
  }
}
