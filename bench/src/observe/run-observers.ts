import { setTimeout as delay } from "node:timers/promises";
import { Code, formatCode, OptionNumber } from "@coapkit/protocol";
import { USAGE_PATH, type UsageAnswer, VALUE_PATH } from "../servers/observed-value.js";
import { pathOptions } from "../transfer/block-client.js";
import { ExchangeSocket } from "../wire/exchange-socket.js";
import { getJson } from "../wire/get-json.js";
import { Crowd, valueText } from "./crowd.js";
import { inParallel } from "./in-parallel.js";
import type { ObserveOptions } from "./observe-options.js";
import type { ObserveReport } from "./observe-report.js";

/** Registrations under way at a time. */
const WIDTH = 64;
/** Wait for notifications that must not come. */
const SILENCE_MS = 300;
const TOKEN = 0x0b5e_0001;
const REGISTER = 0;
const DEREGISTER = 1;

/** Registers observers, changes the resource, deregisters them. @throws Error where the server does not answer */
export async function runObservers(options: ObserveOptions): Promise<ObserveReport> {
  const control = new ExchangeSocket();
  await control.open(options);
  const crowd = new Crowd(options.observers);
  const sockets = await openSockets(options, crowd);
  const before = await getJson<UsageAnswer>(control, USAGE_PATH);
  const { registered, registerMs } = await registerAll(sockets);
  const atStart = await getJson<UsageAnswer>(control, USAGE_PATH);
  const { changesMs, lost } = await changeOften(control, crowd, options);
  const { notifications, confirmable, repeated } = crowd;
  const atEnd = await getJson<UsageAnswer>(control, USAGE_PATH);
  await inParallel(sockets, WIDTH, async (socket) => void (await askObserve(socket, DEREGISTER)));
  await change(control, changesMs.length + 1); // the crowd does not expect it, so that telling anybody of it is wrong
  await delay(SILENCE_MS);
  const after = await getJson<UsageAnswer>(control, USAGE_PATH);
  for (const socket of [control, ...sockets]) socket.close();
  return {
    observers: options.observers,
    registered,
    registerMs,
    changesMs,
    notifications,
    confirmable,
    repeated,
    changesCpuUs: atEnd.cpuUs - atStart.cpuAfterUs,
    lost,
    wrong: sockets.reduce((total, { malformed }) => total + malformed, crowd.wrong),
    before,
    registeredMemory: atStart,
    after,
  };
}

async function openSockets(options: ObserveOptions, crowd: Crowd): Promise<readonly ExchangeSocket[]> {
  const sockets = Array.from({ length: options.observers }, () => new ExchangeSocket());
  for (const [index, socket] of sockets.entries()) {
    await socket.open(options);
    socket.onUnasked = (reply) => crowd.tell(index, reply);
  }
  return sockets;
}

async function registerAll(sockets: readonly ExchangeSocket[]) {
  let registered = 0;
  const startMs = performance.now();
  await inParallel(sockets, WIDTH, async (socket) => {
    const { code, options } = await askObserve(socket, REGISTER);
    if (code === Code.Content && options.has(OptionNumber.Observe)) registered++;
  });
  return { registered, registerMs: performance.now() - startMs };
}

function askObserve(socket: ExchangeSocket, observe: number) {
  const options = [...pathOptions(VALUE_PATH), { number: OptionNumber.Observe, value: observe }];
  return socket.ask({ code: Code.GET, options, token: TOKEN });
}

async function changeOften(control: ExchangeSocket, crowd: Crowd, options: ObserveOptions) {
  const { changes, seconds, patienceMs } = options;
  const changesMs: number[] = [];
  let lost = 0;
  const endMs = performance.now() + seconds * 1000;
  while (changesMs.length < changes && performance.now() < endMs) {
    const startMs = performance.now();
    const allTold = crowd.expectNext();
    await change(control, changesMs.length + 1);
    await within(patienceMs, allTold);
    changesMs.push(crowd.lastNewsMs - startMs);
    lost += crowd.waiting;
  }
  return { changesMs, lost };
}

/** Waits for a promise, but no longer than that. */
async function within(timeoutMs: number, promise: Promise<void>): Promise<void> {
  const patience = new AbortController();
  const isOver = delay(timeoutMs, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([promise, isOver]);
  patience.abort();
}

async function change(control: ExchangeSocket, number: number): Promise<void> {
  const options = [...pathOptions(VALUE_PATH), { number: OptionNumber.ContentFormat, value: 0 }];
  const { code } = await control.ask({ code: Code.PUT, options, payload: Buffer.from(valueText(number)) });
  if (code !== Code.Changed) throw new Error(`The PUT of ${VALUE_PATH} was answered with ${formatCode(code)}.`);
}
