import { createApp, type EngineFactory } from "@coapkit/core";
import { kernelCase } from "./kernel-stages.js";
import type { MicroCase } from "./timing.js";

const NUMBERS_OF_ROUTES = [1, 100, 1000];

/** The same request in apps of ever more routes, static and with a parameter: routing may not cost more in a large app. */
export async function routerCases(): Promise<readonly MicroCase[]> {
  const cases: MicroCase[] = [];
  for (const routes of NUMBERS_OF_ROUTES) {
    cases.push(await routerCase(routes, "static", "/area0/room/last"));
    cases.push(await routerCase(routes, "parameter", "/area0/room/7"));
  }
  return cases;
}

function routerCase(routes: number, kind: "static" | "parameter", path: string): Promise<MicroCase> {
  const last = kind === "static" ? "last" : ":id";
  const app = async (engine: EngineFactory | undefined) => {
    const app = await createApp({ engine, discovery: false });
    for (let area = 0; area < routes; area++) {
      app.route({ method: "GET", path: `/area${area}/room/${last}`, handler: () => "21.5" });
    }
    return app;
  };
  const name = `${routes} ${routes === 1 ? "route" : "routes"}, ${kind}`;
  return kernelCase({ name, method: "GET", path, code: "2.05", app });
}
