import { fileURLToPath } from "node:url";
import { type App, isCoapkitError } from "@coapkit/core";
import { loadCertificate, type ServerCertificate } from "./access/certificate.js";

const HOST = "127.0.0.1";
const CERTIFICATE_FOLDER = fileURLToPath(new URL("../.credentials", import.meta.url));

/** Where the demo listens: `coap://127.0.0.1:5683`, and `coaps://127.0.0.1:5684` where that is possible. */
export interface Servers {
  readonly plain: string;
  readonly secure: string | undefined;
}

/** Told what the demo has to do without. */
type OnLack = (note: string) => void;

/** The certificate of the demo, if there is one. */
export async function certificateOrNone(onLack: OnLack): Promise<ServerCertificate | undefined> {
  try {
    return await loadCertificate(CERTIFICATE_FOLDER);
  } catch (error) {
    onLack(`No certificate: ${(error as Error).message}`);
    return undefined;
  }
}

/** Listens on a port, and for `coaps://` on the next one. @throws Error where one of them cannot be had */
export async function listen(app: App, port: number, onLack: OnLack): Promise<Servers> {
  const plain = await app.listen(`coap://${HOST}:${port}`);
  const servers = { plain: `coap://${HOST}:${plain.port}`, secure: undefined };
  try {
    const secure = await app.listen(`coaps://${HOST}:${port === 0 ? 0 : port + 1}`);
    return { ...servers, secure: `coaps://${HOST}:${secure.port}` };
  } catch (error) {
    if (!isCoapkitError(error, "COAPKIT_ERR_DTLS_UNAVAILABLE")) throw error;
    onLack(`No coaps://: ${error.message}`);
    return servers;
  }
}
