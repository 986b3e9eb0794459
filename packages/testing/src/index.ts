export {
  createTestClient,
  type TestClient,
  type TestClientOptions,
  type TestRequestOptions,
} from "./client/test-client.js";
export { TestReply } from "./client/test-reply.js";
export { VirtualClock } from "./clock/virtual-clock.js";
export { describeFormatContract, formatContract } from "./format-contract/format-contract.js";
export type { FormatContractOptions } from "./format-contract/format-options.js";
export type { FormatSource } from "./format-contract/format-source.js";
export { type CoapClientOptions, type CoapClientReply, coapClient } from "./libcoap/coap-client.js";
export { CoapClientError, type CoapClientErrorCode } from "./libcoap/coap-client-error.js";
export type { PrintedMessage, PrintedOption } from "./libcoap/pdu-line.js";
export { describePluginContract, pluginContract } from "./plugin-contract/plugin-contract.js";
export type { PluginContractOptions } from "./plugin-contract/plugin-options.js";
export type { ContractCase } from "./runner/contract-case.js";
export { describeCases, type TestRunner } from "./runner/describe-cases.js";
