import { Get, nativeEngine, Resource } from "@coapkit/core";
import { Dtls, dtls } from "@coapkit/plugin-dtls";
import { serverCredentials } from "../security/credentials.js";
import { type SessionsUsage, SOCKETS } from "../sessions/sessions-server.js";
import { settledUsage } from "./observed-value.js";
import { createSensorApp } from "./sensor-app.js";
import { serve } from "./serve.js";

/** Of all sockets; everybody comes from one address. */
const MAX_HANDSHAKES = 1000;
/** Ports of the `coaps` sockets. */
const ports: number[] = [];

@Resource("usage")
class UsageResource {
  constructor(private readonly dtls: Dtls) {}

  @Get()
  read(): SessionsUsage {
    return { ...settledUsage(), sessions: this.dtls.counters.sessions };
  }
}

@Resource("ports")
class PortsResource {
  @Get()
  read() {
    return ports;
  }
}

await serve(async ({ host, port, security }) => {
  const app = await createSensorApp({
    engine: nativeEngine(),
    resources: [UsageResource, PortsResource],
    plugins: [dtls({ ...serverCredentials(security), maxHandshakesPerAddress: MAX_HANDSHAKES })],
  });
  const bound = await app.listen(`coap://${host}:${port}`);
  for (let socket = 0; socket < SOCKETS; socket++) ports.push((await app.listen(`coaps://${host}:0`)).port);
  return { host: bound.address, port: bound.port, close: () => app.close() };
});
