import {
  type App,
  type AppOptions,
  createApp,
  type Engine,
  type EngineFactory,
  InjectEngine,
  type Logger,
} from "@coapkit/core";
import { createTestClient, type TestClient, type TestReply } from "@coapkit/testing";
import { Notifier, type ObservePluginOptions, observe } from "../src/index.js";

const nothing = (): void => undefined;
export const silent: Logger = {
  isLevelEnabled: () => false,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

/** An app on the engine without a network, with a client that can observe. */
export interface Bench {
  readonly app: App;
  readonly engine: InjectEngine;
  readonly client: TestClient;
  readonly notifier: Notifier;
}

export async function startInjected(
  addRoutes: (app: App) => void,
  options: ObservePluginOptions = {},
  appOptions: AppOptions = {},
): Promise<Bench> {
  const engine = new InjectEngine();
  const { app } = await start(() => engine, addRoutes, options, appOptions);
  return {
    app,
    engine,
    client: createTestClient(engine, { baseUri: "coap://test" }),
    notifier: app.resolve(Notifier),
  };
}

/** An app that listens on 127.0.0.1. @param listenPort 0: a free one */
export async function start(
  engine: EngineFactory | (() => Engine),
  addRoutes: (app: App) => void,
  options: ObservePluginOptions = {},
  appOptions: AppOptions = {},
  listenPort = 0,
) {
  const { plugins = [], ...rest } = appOptions;
  const app = await createApp({ engine, logger: silent, ...rest, plugins: [observe(options), ...plugins] });
  addRoutes(app);
  const { port } = await app.listen(`coap://127.0.0.1:${listenPort}`);
  return { app, port, notifier: app.resolve(Notifier) };
}

/** Lets every run that was asked for, and what it sends, come to its end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
}

/** Reads the next notification as a text. */
export async function nextText(stream: AsyncGenerator<{ readonly text: string }, void, undefined>): Promise<string> {
  const { value } = await stream.next();
  return value === undefined ? "(end)" : value.text;
}

/** What an observer gets, collected as it comes. */
export interface Collected {
  /** Texts of the notifications after the first answer. */
  readonly texts: readonly string[];
  readonly replies: readonly TestReply[];
  /** Settles when the observation ends, however it does. */
  readonly ended: Promise<void>;
}

/** Collects what comes from here on. */
export function collect(stream: AsyncGenerator<TestReply, void, undefined>): Collected {
  const replies: TestReply[] = [];
  const texts: string[] = [];
  const reading = (async () => {
    for await (const reply of stream) {
      replies.push(reply);
      texts.push(reply.text);
    }
  })();
  return { texts, replies, ended: reading.catch(() => undefined) };
}
