/** What the demo prints once it listens. @param uri where, without a slash at the end */
export function banner(uri: string): string {
  return `coapkit demo, the environment monitor, listens on ${uri}

Try in another terminal:
  coap-client-notls -m get ${uri}/hello
  coap-client-notls -m get "${uri}/.well-known/core?rt=sensor"
  coap-client-notls -m get "${uri}/sensors?room=kitchen"
  coap-client-notls -m get ${uri}/sensors/kitchen-temperature/readings/latest
  coap-client-notls -w -s 3 -m get ${uri}/time
  coap-client-notls -m put -t json -e '{"name":"Attic","floor":2}' ${uri}/rooms/attic
  coap-client-notls -m get ${uri}/rooms/attic
  coap-client-notls -m delete ${uri}/rooms/attic

README.md has more. Ctrl-C stops it.
`;
}
