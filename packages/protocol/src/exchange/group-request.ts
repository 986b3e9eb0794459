import { IncomingRequest } from "./incoming-request.js";

/** A request that was sent to a group. RFC 7252 §8. */
export class GroupRequest extends IncomingRequest {
  override get isMulticast(): boolean {
    return true;
  }
}
