import { z } from "zod";

/** Id of a room or sensor, as it stands in paths. */
export const Id = z.string().regex(/^[a-z0-9-]{1,32}$/, "must have 1 to 32 of the characters a-z, 0-9 and -");

/** Query of a list: `?limit=10&offset=20`. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).default(10),
  offset: z.coerce.number().int().min(0).default(0),
});
export type PageQuery = z.infer<typeof PageQuery>;
