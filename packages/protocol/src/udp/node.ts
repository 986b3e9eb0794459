// Everything of Node that the package uses comes in here, so that the rest runs wherever JavaScript does.
// biome-ignore-start lint/correctness/noNodejsModules: sockets are Node's
// biome-ignore-start lint/style/noRestrictedImports: sockets are Node's
export { default as cluster } from "node:cluster";
export { createSocket, type RemoteInfo, type Socket, type SocketOptions, type SocketType } from "node:dgram";
export { lookup } from "node:dns/promises";
export { SocketAddress } from "node:net";
export { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
// biome-ignore-end lint/style/noRestrictedImports: sockets are Node's
// biome-ignore-end lint/correctness/noNodejsModules: sockets are Node's
