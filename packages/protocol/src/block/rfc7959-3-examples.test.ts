import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import { formatCode } from "../code/code-text.js";
import { type MethodName, methodName } from "../code/method.js";
import type { OptionEntry } from "../option/encode-options.js";
import { encodeOptions } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import type { Clock } from "../ports/clock.js";
import { type BlockValue, blockSize, decodeBlock, encodeBlock } from "./block-option.js";
import { Block1Assembler } from "./block1-assembler.js";
import { Block1Upload, type UploadStep } from "./block1-upload.js";
import { Block2Download, type DownloadStep } from "./block2-download.js";
import { sliceBlock2 } from "./block2-slicer.js";
import { bodyKey } from "./body-key.js";
import { RepresentationStore } from "./representation-store.js";

const STILL: Clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => undefined }) };
const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, index) => (first + index) % 251);

interface Message {
  readonly code: number;
  readonly block1?: BlockValue | undefined;
  readonly block2?: BlockValue | undefined;
  readonly etag?: Uint8Array | undefined;
  readonly payload: Uint8Array;
}

/** A resource behind the server's half of block-wise transfer. */
class Server {
  handled: Uint8Array[] = [];
  readonly #assembler = new Block1Assembler({ clock: STILL });
  readonly #responses = new RepresentationStore<Uint8Array>({ clock: STILL });

  constructor(
    readonly answer: Uint8Array,
    readonly szx1: number,
    readonly szx2: number,
  ) {}

  get isIdle(): boolean {
    return this.#assembler.counters.uploads === 0 && this.#assembler.counters.uploadBytes === 0;
  }

  handle(request: Message): Message {
    const entries: OptionEntry[] = [{ number: OptionNumber.UriPath, value: "status" }];
    if (request.block2) entries.push({ number: OptionNumber.Block2, value: uintOf(request.block2) });
    if (request.block1) entries.push({ number: OptionNumber.Block1, value: uintOf(request.block1) });
    const wire = encodeOptions(entries);
    const options = new OptionsView(wire, 0, wire.length);
    const key = bodyKey(1, request.code, options);
    const block1 = decodeBlock(options.uint(OptionNumber.Block1) ?? -1);
    const block2 = decodeBlock(options.uint(OptionNumber.Block2) ?? -1);
    const kept = block2 !== undefined && block2.number > 0 ? this.#responses.get(key) : undefined;
    if (kept !== undefined) return this.#respond(request.code, kept, undefined, block2);
    if (block1 === undefined) return this.#run(request.code, key, request.payload, undefined, block2);
    const outcome = this.#assembler.accept(1, key, block1, request.payload, undefined, 10_000);
    if (outcome.kind === "refused") return { code: outcome.code, payload: new Uint8Array(0) };
    const control = { ...block1, szx: Math.min(block1.szx, this.szx1) };
    if (outcome.kind === "complete") return this.#run(request.code, key, outcome.body, control, block2);
    return { code: Code.Continue, block1: control, payload: new Uint8Array(0) };
  }

  #run(
    method: number,
    key: string,
    body: Uint8Array,
    block1: BlockValue | undefined,
    block2: BlockValue | undefined,
  ): Message {
    this.handled.push(body);
    this.#responses.put(1, key, this.answer, this.answer.length);
    return this.#respond(method, this.answer, block1, block2);
  }

  #respond(
    method: number,
    answer: Uint8Array,
    block1: BlockValue | undefined,
    block2: BlockValue | undefined,
  ): Message {
    const code = method === Code.GET ? Code.Content : Code.Changed;
    const slice = sliceBlock2(answer, block2, this.szx2);
    if (slice.kind === "past-end") return { code: Code.BadRequest, payload: new Uint8Array(0) };
    return { code, block1, block2: slice.kind === "block" ? slice.block : undefined, payload: slice.payload };
  }
}

function uintOf({ number, more, szx }: BlockValue): number {
  return encodeBlock(number, more, szx);
}

/** A message as RFC 7959 §3 writes it. */
function written({ code, block1, block2 }: Message): string {
  const option = (name: number, block: BlockValue | undefined) =>
    block === undefined ? [] : [`${name}:${block.number}/${block.more ? 1 : 0}/${blockSize(block.szx)}`];
  const first: MethodName | string = methodName(code) ?? formatCode(code);
  return [first, ...option(1, block1), ...option(2, block2)].join(" ");
}

interface Client {
  readonly szx1?: number;
  readonly szx2?: number;
  readonly maxSzx2?: number;
}

/** What goes over the wire in one request with its blocks, and the body of the response. */
function exchange(server: Server, method: number, body: Uint8Array, client: Client) {
  const trace: string[] = [];
  const send = (request: Message) => {
    const response = server.handle(request);
    trace.push(written(request), written(response));
    return response;
  };
  const download = new Block2Download({ limitBytes: 10_000, szx: client.szx2, maxSzx: client.maxSzx2, maxRestarts: 0 });
  const upload = new Block1Upload(body, { szx: client.szx1 });
  let response: Message | undefined;
  for (let step = upload.start() as UploadStep; step.kind === "send"; ) {
    const block2 = step.block?.more ? undefined : download.firstBlock;
    response = send({ code: method, block1: step.block, block2, payload: step.payload });
    step = upload.onResponse({ code: response.code, block1: response.block1, size1: undefined }) as UploadStep;
  }
  let step: DownloadStep = download.onResponse(response as Message & { block2: BlockValue | undefined });
  while (step.kind === "request") {
    const next = send({ code: method, block2: step.block, payload: new Uint8Array(0) });
    step = download.onResponse({ ...next, block2: next.block2 });
  }
  return { trace, step };
}

const NOTHING = new Uint8Array(0);

describe("RFC 7959 §3.1: Block2", () => {
  it("Figure 2: simple block-wise GET", () => {
    const body = bytes(300);
    const { trace, step } = exchange(new Server(body, 6, 3), Code.GET, NOTHING, {});
    expect(trace).toEqual([
      "GET",
      "2.05 2:0/1/128",
      "GET 2:1/0/128",
      "2.05 2:1/1/128",
      "GET 2:2/0/128",
      "2.05 2:2/0/128",
    ]);
    expect(step).toEqual({ kind: "complete", body });
  });

  it("Figure 3: block-wise GET with early negotiation", () => {
    const body = bytes(350);
    const { trace, step } = exchange(new Server(body, 6, 3), Code.GET, NOTHING, { szx2: 2 });
    expect(trace).toEqual([
      "GET 2:0/0/64",
      "2.05 2:0/1/64",
      "GET 2:1/0/64",
      "2.05 2:1/1/64",
      "GET 2:2/0/64",
      "2.05 2:2/1/64",
      "GET 2:3/0/64",
      "2.05 2:3/1/64",
      "GET 2:4/0/64",
      "2.05 2:4/1/64",
      "GET 2:5/0/64",
      "2.05 2:5/0/64",
    ]);
    expect(step).toEqual({ kind: "complete", body });
  });

  it("Figure 4: block-wise GET with late negotiation", () => {
    const body = bytes(350);
    const { trace, step } = exchange(new Server(body, 6, 3), Code.GET, NOTHING, { maxSzx2: 2 });
    expect(trace).toEqual([
      "GET",
      "2.05 2:0/1/128",
      "GET 2:2/0/64",
      "2.05 2:2/1/64",
      "GET 2:3/0/64",
      "2.05 2:3/1/64",
      "GET 2:4/0/64",
      "2.05 2:4/1/64",
      "GET 2:5/0/64",
      "2.05 2:5/0/64",
    ]);
    expect(step).toEqual({ kind: "complete", body });
  });

  it("Figures 5 and 6: a request that comes again is answered with the same block", () => {
    const server = new Server(bytes(350), 6, 3);
    server.handle({ code: Code.GET, payload: NOTHING });
    const request = { code: Code.GET, block2: { number: 2, more: false, szx: 2 }, payload: NOTHING };
    expect(written(server.handle(request))).toBe("2.05 2:2/1/64");
    expect(server.handle(request)).toEqual(server.handle(request));
  });
});

describe("RFC 7959 §3.2: Block1", () => {
  it("Figure 7: simple atomic block-wise PUT", () => {
    const body = bytes(300);
    const server = new Server(NOTHING, 6, 6);
    const { trace } = exchange(server, Code.PUT, body, { szx1: 3 });
    expect(trace).toEqual([
      "PUT 1:0/1/128",
      "2.31 1:0/1/128",
      "PUT 1:1/1/128",
      "2.31 1:1/1/128",
      "PUT 1:2/0/128",
      "2.04 1:2/0/128",
    ]);
    expect([server.handled, server.isIdle]).toEqual([[body], true]);
  });

  it("Figure 8: simple stateless block-wise PUT", () => {
    const upload = new Block1Upload(bytes(300), { szx: 3 });
    const sent: string[] = [];
    for (let step = upload.start() as UploadStep; step.kind === "send"; ) {
      const block = step.block as BlockValue;
      sent.push(written({ code: Code.PUT, block1: block, payload: step.payload }));
      const response = { code: Code.Changed, block1: { ...block, more: false }, size1: undefined };
      step = upload.onResponse(response) as UploadStep;
    }
    expect(sent).toEqual(["PUT 1:0/1/128", "PUT 1:1/1/128", "PUT 1:2/0/128"]);
  });

  it("Figure 9: simple atomic block-wise PUT with negotiation", () => {
    const body = bytes(212);
    const server = new Server(NOTHING, 1, 6);
    const { trace } = exchange(server, Code.PUT, body, { szx1: 3 });
    expect(trace).toEqual([
      "PUT 1:0/1/128",
      "2.31 1:0/1/32",
      "PUT 1:4/1/32",
      "2.31 1:4/1/32",
      "PUT 1:5/1/32",
      "2.31 1:5/1/32",
      "PUT 1:6/0/32",
      "2.04 1:6/0/32",
    ]);
    expect([server.handled, server.isIdle]).toEqual([[body], true]);
  });
});

describe("RFC 7959 §3.3: Block1 and Block2", () => {
  it("Figure 10: atomic block-wise POST with block-wise response", () => {
    const [body, answer] = [bytes(300), bytes(500, 7)];
    const server = new Server(answer, 6, 3);
    const { trace, step } = exchange(server, Code.POST, body, { szx1: 3 });
    expect(trace).toEqual([
      "POST 1:0/1/128",
      "2.31 1:0/1/128",
      "POST 1:1/1/128",
      "2.31 1:1/1/128",
      "POST 1:2/0/128",
      "2.04 1:2/0/128 2:0/1/128",
      "POST 2:1/0/128",
      "2.04 2:1/1/128",
      "POST 2:2/0/128",
      "2.04 2:2/1/128",
      "POST 2:3/0/128",
      "2.04 2:3/0/128",
    ]);
    expect(step).toEqual({ kind: "complete", body: answer });
    expect([server.handled, server.isIdle]).toEqual([[body], true]);
  });

  it("Figure 11: atomic block-wise POST with block-wise response, early negotiation", () => {
    const [body, answer] = [bytes(300), bytes(250, 7)];
    const server = new Server(answer, 6, 3);
    const { trace, step } = exchange(server, Code.POST, body, { szx1: 3, szx2: 2 });
    expect(trace).toEqual([
      "POST 1:0/1/128",
      "2.31 1:0/1/128",
      "POST 1:1/1/128",
      "2.31 1:1/1/128",
      "POST 1:2/0/128 2:0/0/64",
      "2.04 1:2/0/128 2:0/1/64",
      "POST 2:1/0/64",
      "2.04 2:1/1/64",
      "POST 2:2/0/64",
      "2.04 2:2/1/64",
      "POST 2:3/0/64",
      "2.04 2:3/0/64",
    ]);
    expect(step).toEqual({ kind: "complete", body: answer });
    expect(server.handled).toEqual([body]);
  });
});

describe("RFC 7959 §3.4: Observe and Block2", () => {
  for (const [figure, szx, length, blocks] of [
    ["Figure 12: observe sequence with block-wise response", 3, 2 * 128 + 53, 3],
    ["Figure 13: observe sequence with early negotiation", 2, 4 * 64 + 53, 5],
  ] as const) {
    it(figure, () => {
      const body = bytes(length);
      const etag = Uint8Array.of(0x6f, 0x00, 0xf3, 0x92);
      const notification = {
        code: Code.Content,
        block2: { number: 0, more: true, szx },
        etag,
        payload: body.subarray(0, blockSize(szx)),
      };
      const download = new Block2Download({ limitBytes: 10_000 });
      let step = download.onResponse(notification);
      const asked: BlockValue[] = [];
      while (step.kind === "request") {
        asked.push(step.block);
        const slice = sliceBlock2(body, step.block, 6);
        if (slice.kind !== "block") throw new Error(slice.kind);
        step = download.onResponse({ code: Code.Content, block2: slice.block, etag, payload: slice.payload });
      }
      expect(asked).toEqual(
        Array.from({ length: blocks - 1 }, (_, index) => ({ number: index + 1, more: false, szx })),
      );
      expect(step).toEqual({ kind: "complete", body });
    });
  }
});
