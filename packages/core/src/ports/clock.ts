export type { Clock, Timer } from "@coapkit/protocol";
