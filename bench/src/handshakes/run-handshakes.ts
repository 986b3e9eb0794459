import { setTimeout as delay } from "node:timers/promises";
import { Verdict } from "../load/reply-check.js";
import { SessionClient } from "../sessions/session-client.js";
import { CoapsClient } from "../wire/coaps-client.js";
import type { HandshakesOptions } from "./handshakes-options.js";
import type { HandshakesReport } from "./handshakes-report.js";

/** What all sources of a run share. */
interface Progress {
  finished: number;
  isOver: boolean;
}

/** Each source makes a session, ends it and makes the next one until the time is over. @throws Error where a handshake fails */
export async function runHandshakes(options: HandshakesOptions): Promise<HandshakesReport> {
  const progress: Progress = { finished: 0, isOver: false };
  const sources = Promise.all(Array.from({ length: options.sources }, () => shakeHands(options, progress)));
  const measured = measure(options, progress);
  await Promise.race([measured, sources.then(() => measured)]); // a handshake that fails ends the run
  const [found, answers] = await Promise.all([measured, sources]);
  const { user, system } = process.cpuUsage();
  return {
    ...found,
    totalHandshakes: progress.finished,
    wrong: answers.filter((verdict) => verdict !== Verdict.right).length,
    generatorCpuUs: user + system,
  };
}

async function measure({ seconds, warmupSeconds }: HandshakesOptions, progress: Progress) {
  await delay(warmupSeconds * 1000);
  const before = { finished: progress.finished, cpu: process.cpuUsage(), ms: performance.now() };
  await delay(seconds * 1000);
  const { user, system } = process.cpuUsage(before.cpu);
  const elapsedS = (performance.now() - before.ms) / 1000;
  progress.isOver = true;
  const handshakes = progress.finished - before.finished;
  return { handshakes, seconds: elapsedS, generatorCpuShare: (user + system) / 1e6 / elapsedS };
}

/** One source port. @returns what the answer to a request over its last session is */
async function shakeHands(server: HandshakesOptions, progress: Progress): Promise<Verdict | undefined> {
  const client = await CoapsClient.create(server.security);
  const socket = await client.open(server.host);
  let session = await socket.session(server);
  while (!progress.isOver) {
    client.endSessions();
    session = await socket.session(server);
    progress.finished++;
  }
  const verdict = await new SessionClient(socket).ask(session);
  await socket.close();
  await client.close();
  return verdict;
}
