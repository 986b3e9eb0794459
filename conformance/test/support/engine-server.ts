import { type Engine, type EngineHost, type Exchange, nativeEngine, type Response } from "@coapkit/core";
import { Code, ContentFormat, OptionNumber, OptionRegistry } from "@coapkit/protocol";

const LOG = { isLevelEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} };

/** What an engine needs of its app, on the machine's time. */
export function hostOf(): EngineHost {
  return {
    clock: {
      nowMs: () => performance.now(),
      setTimer: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    log: LOG,
    options: new OptionRegistry(),
    bodyLimitBytes: () => 1_048_576,
  };
}

/** A resource on the native engine that clients observe; its state is whatever `change` says. */
export interface ObservedServer extends AsyncDisposable {
  readonly engine: Engine;
  readonly port: number;
  readonly observers: number;
  uri(path: string): string;
  /** Tells every observer. @param code an error ends the observations */
  change(state: string, code?: number, confirmable?: boolean): void;
}

/** Starts the resource on a free port of 127.0.0.1. */
export async function startObservedServer(state: string): Promise<ObservedServer> {
  const engine = nativeEngine()(hostOf());
  const exchanges = new Set<Exchange>();
  let current = responseOf(state, Code.Content);
  const { port } = await engine.listen(
    { scheme: "coap", host: "127.0.0.1", port: 0, path: [], query: [] },
    (exchange) => {
      const isInterested = exchange.request.options.uint(OptionNumber.Observe) === 0;
      if (!isInterested || !exchange.notify(current)) return exchange.respond(current);
      exchanges.add(exchange);
      exchange.onInterestLost(() => exchanges.delete(exchange));
    },
  );
  return {
    engine,
    port,
    get observers() {
      return exchanges.size;
    },
    uri: (path) => `coap://127.0.0.1:${port}${path}`,
    change: (next, code = Code.Content, confirmable) => {
      current = responseOf(next, code);
      for (const exchange of [...exchanges]) exchange.notify(current, confirmable);
    },
    [Symbol.asyncDispose]: () => engine.close(0),
  };
}

function responseOf(payload: string, code: number): Response {
  return { code, contentFormat: code === Code.Content ? ContentFormat.TextPlain : undefined, options: [], payload };
}
