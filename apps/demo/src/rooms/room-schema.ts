import { z } from "zod";
import { Id } from "../schemas.js";

/** What a PUT says of a room; its id is in the path. */
export const RoomSettings = z.strictObject({
  name: z.string().trim().min(1).max(64),
  floor: z.number().int().min(-5).max(200).default(0),
});
export type RoomSettings = z.infer<typeof RoomSettings>;

/** A room. */
export const Room = RoomSettings.extend({ id: Id });
export type Room = z.infer<typeof Room>;
