import {
  type AppOptions,
  createApp,
  definePlugin,
  type Params,
  type PluginHost,
  type Query,
  type RouteDefinition,
} from "../../src/index.js";
import { FakeClock } from "./fake-clock.js";
import { RecordingLogger } from "./recording-logger.js";

/** An app on a fake clock whose log is kept. */
export async function testApp(options: AppOptions = {}) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const app = await createApp({ clock, logger: log, ...options });
  return { app, clock, log };
}

/** An app with one route, `GET /x` unless said otherwise. */
export async function appWith<TParams = Params, TQuery = Query, TPayload = unknown>(
  route: Partial<RouteDefinition<string, TParams, TQuery, TPayload>> &
    Pick<RouteDefinition<string, TParams, TQuery, TPayload>, "handler">,
  options?: AppOptions,
) {
  const parts = await testApp(options);
  parts.app.route({ method: "GET", path: "/x", ...route } as unknown as RouteDefinition);
  return parts;
}

/** A plugin that does one thing. */
export function plugin(name: string, setup: (host: PluginHost) => void | Promise<void> = () => undefined) {
  return definePlugin({ name, version: "1.0.0", contract: 1, setup })();
}

/** The ConfigError that something ends with. */
export async function failure(action: () => unknown): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await action();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("Nothing was thrown.");
}
