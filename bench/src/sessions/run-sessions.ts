import { setTimeout as delay } from "node:timers/promises";
import type { PeerId } from "@coapkit/protocol";
import { Verdict } from "../load/reply-check.js";
import { inParallel } from "../observe/in-parallel.js";
import { USAGE_PATH } from "../servers/observed-value.js";
import { CoapsClient } from "../wire/coaps-client.js";
import type { CoapsSocket } from "../wire/coaps-socket.js";
import { ExchangeSocket } from "../wire/exchange-socket.js";
import { getJson } from "../wire/get-json.js";
import { SessionClient } from "./session-client.js";
import type { SessionsOptions } from "./sessions-options.js";
import type { SessionsReport } from "./sessions-report.js";
import { PORTS_PATH, type SessionsUsage } from "./sessions-server.js";

/** Source ports that are busy at a time, each with one handshake or request. */
const WIDTH = 32;
const CLOSE_PATIENCE_MS = 5000;
const LOOK_MS = 100;

/** A source port and its sessions. */
interface Opened {
  readonly socket: CoapsSocket;
  readonly sessions: readonly PeerId[];
}

/** Opens sessions, sends one request over each, closes them. @throws Error where the server does not answer */
export async function runSessions(options: SessionsOptions): Promise<SessionsReport> {
  const control = new ExchangeSocket();
  await control.open(options);
  const client = await CoapsClient.create(options.security);
  const ports = await getJson<readonly number[]>(control, PORTS_PATH);
  const usage = (): Promise<SessionsUsage> => getJson(control, USAGE_PATH);
  await warmUp(client, options, ports);
  const before = await settled(usage);
  const startMs = performance.now();
  const opened = await openAll(client, options.host, options.sources, ports);
  const openMs = performance.now() - startMs;
  const established = await usage();
  const { answered, wrong } = await askAll(opened);
  const used = await usage();
  const generatorRssBytes = process.memoryUsage.rss();
  for (const { socket } of opened) await socket.close();
  const after = await settled(usage);
  control.close();
  await client.close();
  const { user, system } = process.cpuUsage();
  const sessions = options.sources * ports.length;
  const found = { sessions, openMs, answered, wrong, before, established, used, after };
  return { ...found, generatorRssBytes, generatorCpuUs: user + system };
}

/** What each socket of the server has from its first session on is no part of what a session costs. */
async function warmUp(client: CoapsClient, { host }: SessionsOptions, ports: readonly number[]): Promise<void> {
  const opened = await openAll(client, host, 1, ports);
  await askAll(opened);
  for (const { socket } of opened) await socket.close();
}

async function openAll(client: CoapsClient, host: string, sources: number, ports: readonly number[]) {
  const opened: Opened[] = [];
  await inParallel(Array.from({ length: sources }), WIDTH, async () => {
    const socket = await client.open(host);
    const sessions: PeerId[] = [];
    for (const port of ports) sessions.push(await socket.session({ host, port }));
    opened.push({ socket, sessions });
  });
  return opened;
}

async function askAll(opened: readonly Opened[]): Promise<{ readonly answered: number; readonly wrong: number }> {
  const verdicts: (Verdict | undefined)[] = [];
  await inParallel(opened, WIDTH, async ({ socket, sessions }) => {
    const client = new SessionClient(socket);
    for (const session of sessions) verdicts.push(await client.ask(session));
  });
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return { answered: count(Verdict.right), wrong: count(Verdict.wrong) };
}

/** What the server has in use once it knows that all sessions were closed; some time later where it does not. */
async function settled(usage: () => Promise<SessionsUsage>): Promise<SessionsUsage> {
  const endMs = performance.now() + CLOSE_PATIENCE_MS;
  let found = await usage();
  while (found.sessions > 0 && performance.now() < endMs) {
    await delay(LOOK_MS);
    found = await usage();
  }
  return found;
}
