import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { ContentFormat, codeClass, encodeOptions, formatCode, Method, OptionNumber } from "@coapkit/protocol";
import { libcoapCredentials } from "../security/credentials.js";
import { upload } from "../transfer/block-client.js";
import { IMAGE_PATH, image } from "../transfer/image.js";
import { ExchangeSocket } from "../wire/exchange-socket.js";
import { SENSOR_JSON, SENSOR_PATH } from "./answer.js";
import { type Address, askUntilAnswered } from "./ask.js";
import { freePort } from "./free-port.js";
import { usageOf } from "./process-usage.js";
import { serve } from "./serve.js";
import type { ServerOptions } from "./server-options.js";

/** libcoap's server without DTLS. */
const PROGRAM = "coap-server-notls";
/** The same with OpenSSL; its `coaps` socket has the port after the one for `coap`. */
const SECURE_PROGRAM = "coap-server-openssl";
const START_TIMEOUT_MS = 5000;

/** A PUT of the sensor's JSON: libcoap then serves it as a resource of its own. */
function encodePut(): Buffer {
  const segments = SENSOR_PATH.slice(1).split("/");
  const options = encodeOptions([
    ...segments.map((value) => ({ number: OptionNumber.UriPath, value })),
    { number: OptionNumber.ContentFormat, value: ContentFormat.Json },
  ]);
  const head = Buffer.from([0x41, Method.PUT, 0, 1, 1]); // CON, a token of one byte
  return Buffer.concat([head, options, Buffer.from([0xff]), Buffer.from(SENSOR_JSON)]);
}

async function putSensor(address: Address, program: ChildProcess): Promise<void> {
  const gone = once(program, "exit").then(() => {
    throw new Error(`${program.spawnfile} ended at once; is the port free?`);
  });
  const reply = await Promise.race([askUntilAnswered(encodePut(), address, START_TIMEOUT_MS), gone]);
  const code = reply[1] as number;
  if (codeClass(code) !== 2) throw new Error(`libcoap answered the PUT of ${SENSOR_PATH} with ${formatCode(code)}.`);
}

async function putImage(address: Address): Promise<void> {
  const socket = new ExchangeSocket();
  await socket.open(address);
  const { wrong } = await upload(socket, { path: IMAGE_PATH, body: image(), token: 1 });
  socket.close();
  if (wrong > 0) throw new Error(`libcoap did not take the PUT of ${IMAGE_PATH}.`);
}

/** What to start, and where it is asked. */
interface Plan {
  readonly program: string;
  readonly args: readonly string[];
  /** Of the socket without DTLS. */
  readonly plain: Address;
  readonly served: Address & { readonly scheme: string };
}

async function planFor({ host, port, security }: ServerOptions): Promise<Plan> {
  const isSecure = security.mode !== "none";
  const plainPort = port === 0 ? await freePort(host, isSecure ? 2 : 1) : port;
  const args = ["-A", host, "-p", String(plainPort), "-d", "10", "-v", "0"];
  const plain = { host, port: plainPort };
  if (!isSecure) return { program: PROGRAM, args, plain, served: { ...plain, scheme: "coap" } };
  const served = { host, port: plainPort + 1, scheme: "coaps" };
  return { program: SECURE_PROGRAM, args: [...args, ...libcoapCredentials(security)], plain, served };
}

await serve(async (options) => {
  const { program: file, args, plain, served } = await planFor(options);
  const program = spawn(file, args, { stdio: "ignore" });
  await once(program, "spawn");
  process.once("exit", () => program.kill());
  await putSensor(plain, program);
  if (options.hasImage) await putImage(plain);
  const pid = program.pid as number;
  return {
    ...served,
    pid,
    usage: () => usageOf(pid),
    close: async () => {
      const ended = once(program, "exit");
      program.kill();
      await ended;
    },
  };
});
