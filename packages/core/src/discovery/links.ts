import type { Link } from "@coapkit/protocol";

/** Gives links for `/.well-known/core` when somebody asks: one for each instance of `/sensors/:id`, say. */
export type LinkProvider = () => Iterable<Link>;
