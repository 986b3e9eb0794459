import { type AppOptions, InjectEngine } from "../../src/index.js";
import { json } from "./formats.js";
import { testApp } from "./test-app.js";

/** An app whose client talks to the app itself, without a network: routes are added by `routes`, then it listens. */
export async function selfApp(
  routes: (app: Awaited<ReturnType<typeof testApp>>["app"]) => void,
  options: AppOptions = { plugins: [json()] },
) {
  const parts = await testApp({ engine: () => new InjectEngine(), ...options });
  routes(parts.app);
  await parts.app.listen("coap://localhost");
  return parts;
}

/** URI of a path of `selfApp`. */
export const at = (path: string): string => `coap://localhost${path}`;

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("It was not rejected.");
    },
    (error: unknown) => error,
  );
}
