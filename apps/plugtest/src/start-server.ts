import type { App } from "@coapkit/core";

/** Where a server shall listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Listens, prints the ready line, and closes the app on SIGTERM or SIGINT with exit status 0. What keeps it from
 * listening ends the process with status 1.
 */
export async function startServer(app: App, { host, port }: ListenAddress): Promise<void> {
  try {
    const authority = host.includes(":") ? `[${host}]` : host;
    const bound = await app.listen(`coap://${authority}:${port}`);
    process.stdout.write(`listening on ${host}:${bound.port}\n`);
  } catch (error) {
    await app.close();
    exit(1, (error as Error).message);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(app));
}

/** Ends the process with a line on standard error. */
export function exit(status: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function stop(app: App): void {
  app.close().then(
    () => process.exit(0),
    (error: Error) => exit(1, error.message),
  );
}
