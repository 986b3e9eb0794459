import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import { type BlockValue, blockSize } from "./block-option.js";
import { Block2Download, type Block2DownloadSettings, type DownloadResponse } from "./block2-download.js";
import { sliceBlock2 } from "./block2-slicer.js";
import { contentEtag } from "./etag.js";

const BODY = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
const OTHER = BODY.map((byte) => byte ^ 0xff);
const LIMIT = 10_000;

/** What a server answers that has `body` and blocks of `szx` at most. */
function serve(
  body: Uint8Array,
  asked: BlockValue | undefined,
  szx: number,
  more: Partial<DownloadResponse> = {},
): DownloadResponse {
  const slice = sliceBlock2(body, asked, szx);
  if (slice.kind === "past-end") return { code: Code.BadRequest, block2: undefined, payload: new Uint8Array(0) };
  const block2 = slice.kind === "block" ? slice.block : undefined;
  return { code: Code.Content, block2, payload: slice.payload, etag: contentEtag(body), ...more };
}

function begin(settings: Partial<Block2DownloadSettings> = {}, szx = 3, more: Partial<DownloadResponse> = {}) {
  const download = new Block2Download({ limitBytes: LIMIT, ...settings });
  const step = download.onResponse(serve(BODY, download.firstBlock, szx, more));
  return { download, step };
}

const at = (number: number, szx = 3): BlockValue => ({ number, more: false, szx });
const request = (number: number, szx = 3) => ({ kind: "request", block: at(number, szx) });

describe("Block2Download, RFC 7959 §2.4", () => {
  it("takes a body that came in a single message", () => {
    for (const block2 of [undefined, { number: 0, more: false, szx: 2 }]) {
      const download = new Block2Download({ limitBytes: LIMIT });
      expect(download.onResponse({ code: Code.Content, block2, payload: BODY })).toEqual({
        kind: "complete",
        body: BODY,
      });
    }
  });

  it("asks for a size from the first request on only when it was told to", () => {
    expect(new Block2Download({ limitBytes: LIMIT }).firstBlock).toBeUndefined();
    expect(new Block2Download({ limitBytes: LIMIT, szx: 2 }).firstBlock).toEqual(at(0, 2));
  });

  it("copies what it keeps", () => {
    const etag = contentEtag(BODY);
    const { download } = begin({}, 3, { etag });
    etag.fill(0);
    expect(download.onResponse(serve(BODY, at(1), 3))).toEqual(request(2));
    const payload = BODY.slice(256);
    const last = download.onResponse({ ...serve(BODY, at(2), 3), payload });
    payload.fill(0);
    expect(last).toEqual({ kind: "complete", body: BODY });
    expect(download.receivedBytes).toBe(0);
  });

  it("goes down to the size of the response: §2.3", () => {
    const { download, step } = begin({ szx: 6 }, 3);
    expect(step).toEqual(request(1));
    expect(download.onResponse(serve(BODY, at(1), 0))).toEqual(request(9, 0));
    expect(download.onResponse(serve(BODY, at(9, 0), 6))).toEqual(request(10, 0));
  });

  it("begins again when the ETag changes, a bounded number of times: §2.4", () => {
    const { download } = begin({ maxRestarts: 2 });
    expect(download.onResponse(serve(OTHER, at(1), 3))).toEqual(request(0));
    expect(download.onResponse(serve(OTHER, at(0), 3))).toEqual(request(1));
    expect(download.onResponse(serve(BODY, at(1), 3))).toEqual(request(0));
    expect(download.onResponse(serve(BODY, at(0), 3))).toEqual(request(1));
    expect(download.onResponse(serve(OTHER, at(1), 3))).toMatchObject({ kind: "failed", failure: "changed" });
    expect(download.receivedBytes).toBe(0);
  });

  it("does not begin again where that repeats an action", () => {
    const { download } = begin({ maxRestarts: 0 });
    expect(download.onResponse(serve(OTHER, at(1), 3))).toMatchObject({ kind: "failed", failure: "changed" });
  });

  it("takes a new representation that comes whole, or with its block 0", () => {
    const whole = begin().download;
    expect(whole.onResponse(serve(OTHER.subarray(0, 10), undefined, 6))).toEqual({
      kind: "complete",
      body: OTHER.subarray(0, 10),
    });
    const first = begin().download;
    expect(first.onResponse(serve(OTHER, at(0), 3))).toEqual(request(1));
    expect(first.onResponse(serve(OTHER, at(1), 3))).toEqual(request(2));
    expect(first.onResponse(serve(OTHER, at(2), 3))).toEqual({ kind: "complete", body: OTHER });
  });

  it("compares the first ETag it meets, though that comes late", () => {
    const { download } = begin({ maxRestarts: 0 }, 3, { etag: undefined });
    expect(download.onResponse(serve(BODY, at(1), 3))).toEqual(request(2));
    expect(download.onResponse(serve(OTHER, at(2), 3))).toMatchObject({ kind: "failed", failure: "changed" });
  });

  it("compares ETags only where they are available", () => {
    const { download } = begin();
    expect(download.onResponse({ ...serve(BODY, at(1), 3), etag: undefined })).toEqual(request(2));
    expect(download.onResponse(serve(BODY, at(2), 3))).toEqual({ kind: "complete", body: BODY });
  });

  it("fails when blocks do not follow, have a wrong size or another format or code: §2.3", () => {
    const wrong: [string, DownloadResponse][] = [
      ["gap", serve(BODY, at(2), 3)],
      ["short", { ...serve(BODY, at(1), 3), payload: BODY.subarray(0, 127) }],
      ["long", { ...serve(BODY, at(1), 3), payload: BODY.subarray(0, 129) }],
      ["empty", { ...serve(BODY, at(1), 3), payload: BODY.subarray(0, 0) }],
      ["format", { ...serve(BODY, at(1), 3), contentFormat: 50 }],
      ["code", { ...serve(BODY, at(1), 3), code: Code.Changed }],
    ];
    for (const [name, response] of wrong) {
      expect(begin().download.onResponse(response), name).toMatchObject({ kind: "failed", failure: "protocol" });
    }
    const download = new Block2Download({ limitBytes: LIMIT });
    expect(download.onResponse(serve(BODY, at(1), 3))).toMatchObject({ kind: "failed", failure: "protocol" });
  });

  it("fails when a later block is answered with an error", () => {
    const response = { code: Code.RequestEntityIncomplete, block2: undefined, payload: new Uint8Array(0) };
    expect(begin().download.onResponse(response)).toMatchObject({ kind: "failed", failure: "response" });
  });

  it("gives up on what is too large, by Size2 before it came: §4", () => {
    const tooLarge = { kind: "failed", failure: "too-large" };
    expect(begin({ limitBytes: 300 }, 3, { size2: 301 }).step).toMatchObject(tooLarge);
    expect(begin({ limitBytes: 300 }, 3, { size2: Number.POSITIVE_INFINITY }).step).toMatchObject(tooLarge);
    expect(begin({ limitBytes: 127 }).step).toMatchObject(tooLarge);
    const { download } = begin({ limitBytes: 299 }, 3, { size2: 1 });
    download.onResponse(serve(BODY, at(1), 3));
    expect(download.onResponse(serve(BODY, at(2), 3))).toMatchObject(tooLarge);
    const enough = begin({ limitBytes: 300 }, 3, { size2: 300 });
    enough.download.onResponse(serve(BODY, at(1), 3));
    expect(enough.download.onResponse(serve(BODY, at(2), 3))).toMatchObject({ kind: "complete" });
  });

  it("fails when block numbers run out", () => {
    const download = new Block2Download({ limitBytes: 20_000_000 });
    const receive = (number: number, szx: number) => {
      const payload = new Uint8Array(blockSize(szx));
      return download.onResponse({ code: Code.Content, block2: { number, more: true, szx }, payload });
    };
    for (let number = 0; number < 0x3fff; number++) expect(receive(number, 6).kind).toBe("request");
    for (let number = 0xf_ffc0; number < 0xf_ffff; number++) expect(receive(number, 0)).toEqual(request(number + 1, 0));
    expect(receive(0xf_ffff, 0)).toMatchObject({ kind: "failed", failure: "protocol" });
  });

  it("gets every body from a server that changes sizes and representations", () => {
    const body = fc.uint8Array({ minLength: 1, maxLength: 3000 });
    const szxs = fc.array(fc.nat(6), { minLength: 1, maxLength: 8 });
    const maybeSzx = fc.option(fc.nat(6), { nil: undefined });
    fc.assert(
      fc.property(body, body, szxs, maybeSzx, fc.nat(6), fc.nat(200), (former, latter, szxs, szx, maxSzx, changeAt) => {
        const download = new Block2Download({ limitBytes: LIMIT, szx, maxSzx });
        let asked = download.firstBlock;
        for (let turn = 0; ; turn++) {
          expect(turn).toBeLessThan(500);
          const current = turn < changeAt ? former : latter;
          const step = download.onResponse(serve(current, asked, szxs[turn % szxs.length] as number));
          if (step.kind === "request") {
            expect(step.block.szx).toBeLessThanOrEqual(Math.min(szx ?? 6, maxSzx));
            asked = step.block;
            continue;
          }
          if (step.kind === "complete") expect(step.body).toEqual(current);
          else expect([step.failure, turn]).toEqual(["response", changeAt]); // behind the end of the shorter one
          break;
        }
      }),
    );
  });

  it("ends whatever the server answers, and never with a mixture", () => {
    const answers = fc.record({
      code: fc.constantFrom(Code.Content, Code.Content, Code.Content, Code.NotFound),
      etag: fc.constantFrom(undefined, Uint8Array.of(1), Uint8Array.of(2)),
      block2: fc.option(fc.record({ number: fc.nat(3), more: fc.boolean(), szx: fc.nat(2) }), { nil: undefined }),
      fill: fc.nat(255),
      right: fc.constantFrom(true, true, true, false),
    });
    fc.assert(
      fc.property(fc.infiniteStream(answers), (stream) => {
        const download = new Block2Download({ limitBytes: 2000, szx: 0 });
        let asked: BlockValue | undefined;
        for (let turn = 0; ; turn++) {
          expect(turn).toBeLessThan(4 * 130);
          const [answer] = [...stream.take(1)];
          if (answer === undefined) throw new Error("no answer");
          const block2 = answer.right && asked !== undefined ? { ...asked, more: answer.fill < 200 } : answer.block2;
          const payload = new Uint8Array(blockSize(block2?.szx ?? 0)).fill(answer.etag?.[0] ?? 0);
          const step = download.onResponse({ code: answer.code, etag: answer.etag, block2, payload });
          if (step.kind === "complete") {
            const etags = new Set(step.body);
            expect(etags.has(1) && etags.has(2)).toBe(false);
          }
          if (step.kind !== "request") break;
          asked = step.block;
        }
      }),
      { numRuns: 500 },
    );
  });
});
