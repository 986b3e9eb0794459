import { createApp, Get, nativeEngine, Payload, Put, Resource } from "@coapkit/core";
import { json } from "@coapkit/plugin-json";
import { Notifier, Observe, observe } from "@coapkit/plugin-observe";
import { settledUsage } from "./observed-value.js";
import { serve } from "./serve.js";

const MAX_OBSERVERS = 20_000;

@Resource("value")
class ValueResource {
  #value = "value 0";

  constructor(private readonly notifier: Notifier) {}

  @Get()
  @Observe()
  read(): string {
    return this.#value;
  }

  @Put()
  write(@Payload() value: string): void {
    this.#value = value;
    this.notifier.changed("/value");
  }
}

@Resource("usage")
class UsageResource {
  @Get()
  read() {
    return settledUsage();
  }
}

await serve(async ({ host, port, isAlwaysConfirmable }) => {
  const app = await createApp({
    engine: nativeEngine({ observers: MAX_OBSERVERS }),
    resources: [ValueResource, UsageResource],
    plugins: [json(), observe(isAlwaysConfirmable ? { confirmable: "always" } : {})],
  });
  const bound = await app.listen(`coap://${host}:${port}`);
  return { host: bound.address, port: bound.port, close: () => app.close() };
});
