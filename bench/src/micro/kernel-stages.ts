import type { Request, Response } from "@coapkit/core";
import {
  ContentFormat,
  encodeOptions,
  formatCode,
  Method,
  OptionNumber,
  OptionsView,
  uriToOptions,
} from "@coapkit/protocol";
import { KernelEngine } from "./kernel-engine.js";
import { STAGES, type Stage } from "./stages.js";
import type { MicroCase } from "./timing.js";

const PEER = { key: "192.0.2.1:49152", scheme: "coap", address: "192.0.2.1", port: 49_152 };
const TOKEN = Uint8Array.of(1, 2, 3, 4);
const NO_PAYLOAD = new Uint8Array(0);

/** The kernel alone: an exchange is made and its options are checked as an engine does it, then it is handed over. */
export async function kernelCases(): Promise<readonly MicroCase[]> {
  const cases: MicroCase[] = [];
  for (const stage of STAGES) cases.push(await kernelCase(stage));
  return cases;
}

/** One stage through the kernel. @throws Error where the answer is not the one that the stage is to give */
export async function kernelCase(stage: Stage): Promise<MicroCase> {
  const engine = new KernelEngine();
  const app = await stage.app(() => engine);
  await app.listen("coap://192.0.2.2");
  const next = requestsOf(stage);
  const answer = (): Promise<Response> => new Promise((resolve) => void engine.deliver(next(), resolve));
  const code = formatCode((await answer()).code);
  if (code !== stage.code) throw new Error(`${stage.name}: the kernel answered ${code} instead of ${stage.code}.`);
  if (stage.isAsync === true) return { name: stage.name, isAsync: true, run: answer };
  return { name: stage.name, isAsync: false, run: () => engine.deliver(next()) };
}

/** Makes one request after the other, each with a view of its own on the same option bytes. */
function requestsOf({ method, path, payload }: Stage): () => Request {
  const bytes = optionBytes(path, payload !== undefined);
  const body = payload === undefined ? NO_PAYLOAD : new TextEncoder().encode(payload);
  let messageId = 0;
  return () => {
    const options = OptionsView.parse(bytes);
    messageId = (messageId + 1) & 0xffff;
    return {
      method: Method[method],
      confirmable: true,
      messageId,
      token: TOKEN,
      options: options.ok ? options.value : OptionsView.EMPTY,
      payload: body,
      peer: PEER,
    };
  };
}

function optionBytes(path: string, hasPayload: boolean): Uint8Array {
  const uri = { scheme: "coap", host: "192.0.2.2", port: 5683, path: path.slice(1).split("/"), query: [] } as const;
  const format = hasPayload ? [{ number: OptionNumber.ContentFormat, value: ContentFormat.Json }] : [];
  return encodeOptions([...uriToOptions(uri), ...format].filter(({ number }) => number !== OptionNumber.UriHost));
}
