export type { TestRequestOptions } from "./client/client-request.js";
export { createTestClient, type TestClient, type TestClientOptions } from "./client/test-client.js";
export { TestReply } from "./client/test-reply.js";
export { VirtualClock } from "./clock/virtual-clock.js";
export {
  describeEngineContract,
  type EngineContractCase,
  engineContract,
} from "./engine-contract/engine-contract.js";
export type { EngineContractOptions } from "./engine-contract/engine-options.js";
export { describeFormatContract, formatContract } from "./format-contract/format-contract.js";
export type { FormatContractOptions } from "./format-contract/format-options.js";
export type { FormatSource } from "./format-contract/format-source.js";
export { type CoapClientOptions, type CoapClientReply, coapClient } from "./libcoap/coap-client.js";
export { CoapClientError, type CoapClientErrorCode } from "./libcoap/coap-client-error.js";
export type { PrintedMessage, PrintedOption } from "./libcoap/pdu-line.js";
export { MemoryNetwork, type MemoryNetworkOptions } from "./network/memory-network.js";
export type { MemoryGroups, MemoryTransport, MemoryTransportOptions } from "./network/memory-transport.js";
export type { NetworkConditions } from "./network/network-conditions.js";
export { type Fate, type NetworkDatagram, summarizeDatagram } from "./network/network-datagram.js";
export { seededRandom } from "./network/seeded-random.js";
export { describeTransportContract, transportContract } from "./network/transport-contract.js";
export type { TransportContractOptions, TransportSubject } from "./network/transport-subject.js";
export { describePluginContract, pluginContract } from "./plugin-contract/plugin-contract.js";
export type { PluginContractOptions } from "./plugin-contract/plugin-options.js";
export type { ContractCase } from "./runner/contract-case.js";
export { describeCases, type TestRunner } from "./runner/describe-cases.js";
