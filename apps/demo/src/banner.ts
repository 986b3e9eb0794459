import { type Credentials, shellNames } from "./access/credentials.js";
import type { Servers } from "./servers.js";

/** What the demo prints once it listens. @param notes what its user should know */
export function banner({ plain, secure }: Servers, credentials: Credentials, notes: readonly string[]): string {
  const { key, token } = shellNames(credentials);
  const where = secure === undefined ? plain : `${plain} and ${secure}`;
  return `coapkit demo, the environment monitor, listens on ${where}
${notes.map((note) => `Note: ${note}\n`).join("")}
Try in another terminal:
  coap-client-notls -m get ${plain}/hello
  coap-client-notls -m get "${plain}/.well-known/core?rt=sensor"
  coap-client-notls -m get "${plain}/sensors?room=kitchen"
  coap-client-notls -m get ${plain}/sensors/kitchen-temperature/readings/latest
  coap-client-notls -w -s 3 -m get ${plain}/time
  coap-client-notls -m put -O "65003,${token}" -t json -e '{"name":"Attic","floor":2}' ${plain}/rooms/attic
  coap-client-notls -m get ${plain}/rooms/attic
${secure === undefined ? "" : `  coap-client-openssl -u device-1 -k "${key}" -m get ${secure}/alarms\n`}
README.md has more. Ctrl-C stops it.
`;
}
