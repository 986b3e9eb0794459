// Measures what a session costs; a process of its own, so that nothing else counts. Prints JSON:
// { bytesPerSession, growthPerSession }: what stays more when they are freed and made once more. Usage: node session-memory.mjs <sessions>

import { loadDtlsEngine } from "../../dist/native/load-engine.js";

const COUNT = Number(process.argv[2]);
const ESTABLISHED = 1;
const KEY_NEEDED = 1 << 4;
const FIRST_FRAME = 16;
const KEY = new Uint8Array(16).fill(1);

const engine = loadDtlsEngine();
const scratch = new Uint8Array(262_144);
const view = new DataView(scratch.buffer);
const options = { cipherSuites: ["TLS_PSK_WITH_AES_128_CCM_8"], preSharedKeys: {}, connectionId: {} };
const server = engine.createContext(options, scratch);
const client = engine.createContext(options, scratch);

/** The first datagram in the scratch buffer. */
function datagram() {
  const length = view.getUint16(FIRST_FRAME + 2, true);
  return scratch.slice(FIRST_FRAME + 4, FIRST_FRAME + 4 + length);
}

function take(call, ...args) {
  const bytes = args.pop();
  call(...args, bytes, 0, bytes.length);
}

/** Establishes a session and frees the client's side. Returns the server's. */
function establish(index) {
  const peer = Buffer.from(`[2001:db8::${index}]:5684`);
  engine.connect(client, { pskIdentity: `device-${index}`, pskKey: KEY });
  const clientSession = view.getUint32(8, true);
  take(engine.listen, server, peer, datagram());
  take(engine.feed, clientSession, datagram());
  take(engine.listen, server, peer, datagram());
  const session = view.getUint32(8, true);
  take(engine.feed, clientSession, datagram());
  take(engine.feed, session, datagram());
  if ((view.getUint32(0, true) & KEY_NEEDED) === 0) throw new Error("No key was asked for.");
  engine.resume(session, KEY);
  if ((view.getUint32(0, true) & ESTABLISHED) === 0) throw new Error("The handshake was not finished.");
  take(engine.feed, clientSession, datagram());
  engine.write(clientSession, KEY, 0, KEY.length);
  take(engine.feed, session, datagram());
  engine.free(clientSession);
  return session;
}

function residentBytes() {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

/** Bytes that `COUNT` sessions take, each. */
function measure() {
  const before = residentBytes();
  const sessions = Array.from({ length: COUNT }, (_, index) => establish(index));
  const bytesPerSession = (residentBytes() - before) / COUNT;
  for (const session of sessions) engine.free(session);
  return bytesPerSession;
}

for (let index = 0; index < 500; index++) engine.free(establish(index)); // so that code and caches are there before
const start = residentBytes();
const bytesPerSession = measure();
const left = residentBytes() - start;
measure();
const leftAgain = residentBytes() - start;
console.log(JSON.stringify({ bytesPerSession, growthPerSession: (leftAgain - left) / COUNT }));
