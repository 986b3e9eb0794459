import { STAGES, type Stage } from "./stages.js";
import type { MicroCase } from "./timing.js";

/** `app.inject()`, awaited: request made, options encoded, kernel, reply wrapped, promise. */
export async function injectCases(): Promise<readonly MicroCase[]> {
  const cases: MicroCase[] = [];
  for (const stage of STAGES) cases.push(await injectCase(stage));
  return cases;
}

/** One stage by `inject`. @throws Error where the answer is not the one that the stage is to give */
export async function injectCase(stage: Stage): Promise<MicroCase> {
  const { name, method, path, payload } = stage;
  const app = await stage.app(undefined);
  const contentFormat = payload === undefined ? undefined : 50;
  const run = () => app.inject({ method, path, payload, contentFormat });
  const { code } = await run();
  if (code !== stage.code) throw new Error(`${name}: inject answered ${code} instead of ${stage.code}.`);
  return { name, isAsync: true, run };
}
