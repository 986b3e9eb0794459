import {
  changed,
  Delete,
  Get,
  IPatch,
  Patch,
  Post,
  Put,
  Reply,
  type RequestContext,
  Resource,
  respond,
} from "@coapkit/core";
import { Authenticated, Fresh, Guard, Public, RequireRole, RequireScope } from "../../src/index.js";

const isEvenPath = (ctx: RequestContext) => ctx.path.length % 2 === 0;

/** Every kind of guard, on methods and on the class. */
@Resource("guarded")
@RequireScope("read")
export class GuardedResource {
  @Get("class") ofClass() {
    return "class";
  }

  @Get("public") @Public() open() {
    return "public";
  }

  @Get("known") @Authenticated() known() {
    return "known";
  }

  @Put("write") @RequireScope("read", "write") write() {
    return changed();
  }

  @Post("admin") @RequireRole("admin", "root") administer() {
    return changed();
  }

  /** Both guards of the method, and not the one of its class. */
  @Delete("both") @RequireScope("write") @RequireRole("admin") both() {}

  @Get("named") @Guard((_ctx, identity) => identity?.name === "reader") named() {
    return "named";
  }

  @Get("later") @Guard(async (_ctx, identity) => identity?.name === "reader") later() {
    return "later";
  }

  /** Whoever asks, known or not. */
  @Get("even") @Guard(isEvenPath) even() {
    return "even";
  }

  @Get("replying") @Guard(() => respond({ code: 0x84 })) replying() {
    return "replying";
  }

  @Patch("two") @RequireScope("write") @Guard(async () => true) patch() {}

  @IPatch("two") @RequireScope("write") @Guard(async () => false) ipatch() {}

  @Put("fresh") @RequireScope("write") @Fresh() fresh() {
    return changed();
  }
}

/** Says nothing of who may use it. */
@Resource("unguarded")
export class UnguardedResource {
  @Get() read(): Reply | string {
    return "unguarded";
  }
}
