import type { ConnectOptions, DtlsContextOptions } from "../../src/native/context-options.js";
import type { DtlsCallbacks, DtlsContextId, DtlsEngine, DtlsSessionId } from "../../src/native/dtls-engine.js";
import { loadDtlsEngine } from "../../src/native/load-engine.js";
import { type EngineOutput, readOutput } from "./engine-output.js";

/** The scratch buffer of all contexts of the tests. */
export const SCRATCH = new Uint8Array(262_144);

/** The engine under test. */
export const engine: DtlsEngine = loadDtlsEngine();

const open = new Set<DtlsContextId>();

/** A context that `destroyContexts` ends. */
export function createContext(options: DtlsContextOptions, callbacks?: DtlsCallbacks): DtlsContextId {
  const context = engine.createContext(options, SCRATCH, callbacks);
  open.add(context);
  return context;
}

/** Ends a context before the end of the test. */
export function destroyContext(context: DtlsContextId): void {
  open.delete(context);
  engine.destroyContext(context);
}

/** For `afterEach`. */
export function destroyContexts(): void {
  for (const context of open) destroyContext(context);
}

/** What the call left in the scratch buffer. */
export function outputOf(end: number): EngineOutput {
  return readOutput(SCRATCH, end);
}

export function listen(context: DtlsContextId, peer: string, datagram: Uint8Array): EngineOutput {
  return outputOf(engine.listen(context, Buffer.from(peer), datagram, 0, datagram.length));
}

export function connect(context: DtlsContextId, options: ConnectOptions): EngineOutput {
  return outputOf(engine.connect(context, options));
}

export function feed(session: DtlsSessionId, datagram: Uint8Array): EngineOutput {
  return outputOf(engine.feed(session, datagram, 0, datagram.length));
}

export function write(session: DtlsSessionId, plaintext: Uint8Array): EngineOutput {
  return outputOf(engine.write(session, plaintext, 0, plaintext.length));
}

/** The one datagram that carries `text`. */
export function sealed(session: DtlsSessionId, text: string): Uint8Array {
  const [datagram, ...others] = write(session, Buffer.from(text)).datagrams;
  if (datagram === undefined || others.length > 0) throw new Error("One record is one datagram.");
  return datagram;
}

/** What a datagram says, as text. */
export function opened(session: DtlsSessionId, datagram: Uint8Array): string[] {
  return feed(session, datagram).plaintexts.map((bytes) => Buffer.from(bytes).toString());
}
