import {
  conflict,
  created,
  Delete,
  Get,
  notFound,
  Param,
  Payload,
  Post,
  Put,
  Query,
  Resource,
  Version,
} from "@coapkit/core";
import { Public, RequireScope } from "@coapkit/plugin-auth";
import { etagOf } from "../etag.js";
import { Id, PageQuery } from "../schemas.js";
import { RoomStore } from "../store/room-store.js";
import { SensorStore } from "../store/sensor-store.js";
import { Room, RoomSettings } from "./room-schema.js";

/** What If-Match, If-None-Match and ETag of a request for one room are compared with. */
const RoomVersion = Version<RoomResource>(function ({ params }) {
  const room = this.rooms.get(params.id ?? "");
  return room && etagOf(room);
});

/** Rooms: what a sensor is in. Everybody may read them; a guard of a method takes the place of that of the class. */
@Resource("rooms", { rt: "rooms", title: "Rooms" })
@Public()
export class RoomResource {
  constructor(
    readonly rooms: RoomStore,
    private readonly sensors: SensorStore,
  ) {}

  @Get()
  list(@Query(PageQuery) page: PageQuery) {
    return this.rooms.list(page);
  }

  @Post()
  @RequireScope("rooms:write")
  add(@Payload(Room) room: Room) {
    if (this.rooms.get(room.id)) return conflict(`There is a room "${room.id}" already.`);
    if (this.rooms.isFull) return conflict("There is no place for another room.");
    this.rooms.put(room);
    return created(`/rooms/${room.id}`);
  }

  @Get(":id")
  @RoomVersion
  read(@Param("id") id: string) {
    return this.rooms.get(id) ?? missing(id);
  }

  @Put(":id")
  @RequireScope("rooms:write")
  @RoomVersion
  write(@Param("id", Id) id: string, @Payload(RoomSettings) settings: RoomSettings) {
    const isNew = this.rooms.get(id) === undefined;
    if (isNew && this.rooms.isFull) return conflict("There is no place for another room.");
    this.rooms.put({ id, ...settings });
    return isNew ? created() : undefined;
  }

  @Delete(":id")
  @RequireScope("rooms:write")
  @RoomVersion
  remove(@Param("id") id: string) {
    const count = this.sensors.countIn(id);
    if (count > 0) return conflict(`Room "${id}" has ${count} sensor(s); delete or move them first.`);
    this.rooms.delete(id); // RFC 7252 §5.8.4: 2.02 also where there was nothing to delete
    return undefined;
  }
}

function missing(id: string) {
  return notFound(`There is no room "${id}".`);
}
