// Streams from the server.
import assert from "node:assert/strict";
import { address, collect, open, refusal, testEach } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const HUB = `${address("CONFORMANCE_URL")}/hub`;
const upTo = (count) => Array.from({ length: count }, (_, n) => n);

for (const method of ["Counter", "CounterChannel", "CounterChannelLater", "CounterLater"]) {
  testEach(`${method} delivers its items and ends`, async (t, way) => {
    const hub = await open(t, HUB, way);
    assert.deepEqual(await collect(hub.stream(method, 5)), upTo(5));
    assert.deepEqual(await collect(hub.stream(method, 0)), []);
  });
}

testEach("long streams, several at once", async (t, way) => {
  const hub = await open(t, HUB, way);
  const streams = upTo(4).map(() => collect(hub.stream("Counter", 2000)));
  for (const items of await Promise.all(streams)) assert.deepEqual(items, upTo(2000));
});

testEach("null items", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.deepEqual(await collect(hub.stream("StreamNulls", 2)), [null, null]);
});

testEach("a stream that fails delivers what it had", async (t, way) => {
  const hub = await open(t, HUB, way);
  for (const [method, text] of [
    ["CounterThrowsHub", "HubException: ran out"],
    ["CounterThrows", null],
    ["CounterChannelThrows", null],
  ]) {
    const items = [];
    const ended = new Promise((resolve, reject) => {
      hub.stream(method, 3).subscribe({ next: (item) => items.push(item), complete: resolve, error: reject });
    });
    const message = await refusal(ended);
    assert.deepEqual(items, upTo(3));
    if (text === null) assert.equal(message.includes("ran out"), false);
    else assert.ok(message.endsWith(text), message);
  }
});

testEach("a method that fails before its stream begins", async (t, way) => {
  const hub = await open(t, HUB, way);
  await refusal(collect(hub.stream("ThrowBeforeStream")));
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testEach("a stream that its reader leaves is cancelled on the server", async (t, way) => {
  const hub = await open(t, HUB, way);
  const received = Inbox.of(hub, "Receive");
  const third = new Promise((resolve) => {
    const reading = hub.stream("CounterNoted").subscribe({
      next: (item) => item === 2 && resolve(reading),
      complete() {},
      error() {},
    });
  });
  (await third).dispose();
  assert.deepEqual(await received.next(), ["ended, cancelled: True"]);
});

testEach("calls go on beside a stream", async (t, way) => {
  const hub = await open(t, HUB, way);
  const first = new Promise((resolve) => {
    const reading = hub.stream("CounterDelayed", 1000, 5).subscribe({ next: () => resolve(reading), complete() {}, error() {} });
  });
  const reading = await first;
  assert.equal(await hub.invoke("Echo", "beside"), "beside");
  reading.dispose();
});
