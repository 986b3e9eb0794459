import { datagramPathCases } from "./datagram-path.js";
import { injectCases } from "./inject-stages.js";
import { kernelCases } from "./kernel-stages.js";
import { optionCodecCases } from "./option-codec.js";
import { routerCases } from "./router-cases.js";
import { timeCases } from "./timing.js";

const GROUPS = {
  codec: optionCodecCases,
  router: routerCases,
  kernel: kernelCases,
  inject: injectCases,
  datagram: datagramPathCases,
};

/** Times one group of cases and says what they cost, as one line of JSON. */
async function run(group: string | undefined): Promise<void> {
  const cases = Object.entries(GROUPS).find(([name]) => name === group)?.[1];
  if (cases === undefined)
    throw new TypeError(`"${group}" is no group; choose from ${Object.keys(GROUPS).join(", ")}.`);
  process.stdout.write(`${JSON.stringify(await timeCases(await cases()))}\n`);
}

await run(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`micro: ${error.message}\n`);
  process.exitCode = 2;
});
