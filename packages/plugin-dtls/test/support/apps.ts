import { type App, type AppOptions, createApp } from "@coapkit/core";
import { onTestFinished } from "vitest";
import { type DtlsOptions, dtls } from "../../src/dtls-plugin.js";

/** An app with the plugin; it is closed when the test has finished. */
export async function appWith(options: DtlsOptions, rest: AppOptions = {}): Promise<App> {
  const app = await createApp({ ...rest, plugins: [dtls(options), ...(rest.plugins ?? [])] });
  onTestFinished(() => app.close());
  return app;
}

/** An app that says who asks, on a free port of 127.0.0.1. @returns its URI without path */
export async function serve(options: DtlsOptions, rest?: AppOptions): Promise<string> {
  const app = await appWith(options, rest);
  addRoutes(app);
  const { port } = await app.listen("coaps://127.0.0.1:0");
  return `coaps://127.0.0.1:${port}`;
}

/** Body of `/big`. */
export const BIG = Array.from({ length: 500 }, (_, line) => `line ${line}\n`).join("");

/** Routes that interoperability needs. */
export function addRoutes(app: App): void {
  app.route({
    method: "GET",
    path: "/who",
    handler: ({ peer }) => `${peer.scheme} ${peer.principal?.source ?? "-"} ${peer.principal?.name ?? "-"}`,
  });
  app.route({ method: "GET", path: "/big", handler: () => BIG });
  app.route({
    method: "PUT",
    path: "/size",
    handler: ({ request }) => `${request.payload.length}`,
  });
  app.route({
    method: "GET",
    path: "/slow",
    handler: async (ctx) => {
      ctx.acknowledge();
      await new Promise((resolve) => setImmediate(resolve));
      return "separate";
    },
  });
}
