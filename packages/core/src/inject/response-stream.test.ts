import { expect, it } from "vitest";
import { ResponseStream } from "./response-stream.js";

it("keeps values in order, also when they come before they are read", async () => {
  const stream = new ResponseStream<number>(() => undefined);
  const early = stream.next();
  for (const value of [1, 2, 3]) stream.push(value);
  stream.end();
  stream.push(4);
  const rest: number[] = [];
  for await (const value of stream) rest.push(value);
  expect([await early, rest]).toEqual([{ done: false, value: 1 }, [2, 3]]);
});

it("serves several readers that wait at a time, first come first served", async () => {
  const stream = new ResponseStream<number>(() => undefined);
  const reads = [stream.next(), stream.next(), stream.next()];
  stream.push(1);
  stream.push(2);
  stream.end();
  expect(await Promise.all(reads)).toEqual([
    { done: false, value: 1 },
    { done: false, value: 2 },
    { done: true, value: undefined },
  ]);
});

it("hands out what waits before the error that ended it, and the error once", async () => {
  const stream = new ResponseStream<number>(() => undefined);
  stream.push(1);
  stream.end(new Error("gone"));
  stream.end(new Error("later"));
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  await expect(stream.next()).rejects.toThrow("gone");
});

it("tells once that its reader has left", async () => {
  let left = 0;
  const stream = new ResponseStream<number>(() => void left++);
  stream.push(1);
  for await (const _ of stream) break;
  expect([left, await stream.next()]).toEqual([1, { done: true, value: undefined }]);
});
