// Large values and unusual letters, whole and in pieces.
import assert from "node:assert/strict";
import { address, collect, connectionsAtOnce, open, testEach, upload } from "../lib/client.mjs";

const SERVER = address("CONFORMANCE_URL");
const HUB = `${SERVER}/hub`;
const LIMIT = 32 * 1024;

testEach("texts up to the largest message", async (t, way) => {
  const hub = await open(t, HUB, way);
  for (const size of [125, 126, 127, 128, 255, 256, 4096, 16384, LIMIT - 200]) {
    const text = "x".repeat(size);
    assert.equal(await hub.invoke("Echo", text), text);
  }
});

testEach("more letters than bytes that fit in one frame header", async (t, way) => {
  const hub = await open(t, HUB, way);
  const texts = ["é", "漢", "🙂", "👩‍👩‍👧‍👦", "a\u0300", "\u200f\u202e", "\u007f\u0085\ue000"].map((letter) => letter.repeat(800));
  for (const text of texts) assert.equal(await hub.invoke("Echo", text), text);
});

testEach("answers far larger than the largest message a client may send", async (t, way) => {
  const hub = await open(t, HUB, way);
  const numbers = await hub.invoke("Numbers", 100_000);
  assert.equal(numbers.length, 100_000);
  assert.equal(numbers.at(-1), 99_999);
});

testEach("a call that is too large closes the connection", async (t, way) => {
  const hub = await open(t, HUB, way);
  const closed = new Promise((resolve) => hub.onclose(resolve));
  hub.invoke("Echo", "x".repeat(LIMIT + 1)).catch(() => {});
  assert.match((await closed).message, /Connection closed with an error\./);
});

testEach("uploads whose sum is larger than any message", async (t, way) => {
  const hub = await open(t, HUB, way);
  const chunks = Array(40).fill("y".repeat(10_000));
  const joined = await hub.invoke("UploadTwo", upload(chunks), "|", upload([]));
  assert.equal(joined, [...chunks, "|"].join(","));
});

testEach("many connections, each with its own answers", async (t, way) => {
  const hubs = await Promise.all(Array.from({ length: connectionsAtOnce(way) }, () => open(t, HUB, way)));
  const answers = await Promise.all(hubs.map((hub, n) => hub.invoke("Echo", `mine ${n}`)));
  assert.deepEqual(answers, hubs.map((_, n) => `mine ${n}`));
  const streams = await Promise.all(hubs.map((hub) => collect(hub.stream("Counter", 20))));
  for (const items of streams) assert.equal(items.length, 20);
});
