// Streams to the server.
import assert from "node:assert/strict";
import { address, collect, open, refusal, Subject, testEach, upload } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const HUB = `${address("CONFORMANCE_URL")}/hub`;

testEach("uploads are summed", async (t, way) => {
  const hub = await open(t, HUB, way);
  const count = way.transport === "WebSockets" ? 1000 : 100; // elsewhere each item is a request
  const numbers = Array.from({ length: count }, (_, n) => n);
  assert.equal(await hub.invoke("UploadSum", upload(numbers)), (count * (count - 1)) / 2);
  assert.equal(await hub.invoke("UploadChannel", upload([1, 2])), 3);
  assert.equal(await hub.invoke("UploadSum", upload([])), 0);
});

testEach("two uploads around an argument", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("UploadTwo", upload(["a", "b"]), "|", upload(["c"])), "a,b,|,c");
});

testEach("uploads of structures and nulls", async (t, way) => {
  const hub = await open(t, HUB, way);
  const people = [{ firstName: "Ada", age: 36 }, { firstName: null, age: 0 }, { firstName: "Bob", age: 1 }];
  assert.equal(await hub.invoke("UploadPeople", upload(people)), "Ada,null,Bob");
});

testEach("every item is answered before the next is sent", async (t, way) => {
  const hub = await open(t, HUB, way);
  const received = Inbox.of(hub, "Receive");
  const items = new Subject();
  const done = hub.invoke("UploadBack", items);
  for (const item of [1, 2, 3]) {
    items.next(item);
    assert.deepEqual((await received.next()).map(Number), [item]);
  }
  items.complete();
  assert.equal(await done, null);
});

testEach("both ways at once", async (t, way) => {
  const hub = await open(t, HUB, way);
  const items = new Subject();
  const doubled = [];
  const ended = new Promise((resolve, reject) => {
    hub.stream("Double", items).subscribe({
      next(item) {
        doubled.push(item);
        if (doubled.length < 3) items.next(doubled.length + 1);
        else items.complete();
      },
      complete: resolve,
      error: reject,
    });
  });
  items.next(1);
  await ended;
  assert.deepEqual(doubled, [2, 4, 6]);
  assert.deepEqual(await collect(hub.stream("Double", upload([5]))), [10]);
});

testEach("a client that fails its upload is heard", async (t, way) => {
  const hub = await open(t, HUB, way);
  const items = new Subject();
  const caught = hub.invoke("UploadCatch", items);
  items.next(1);
  items.error(new Error("the file is gone"));
  assert.equal(await caught, "HubException: the file is gone");
});

testEach("items of the wrong type fail their upload alone", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.match(await hub.invoke("UploadCatch", upload([1, "two"])), /^HubException: Failed to bind Stream message\./);
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testEach("methods that do not read to the end", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("UploadIgnored", upload([1, 2, 3])), 7);
  await refusal(hub.invoke("UploadThrows", upload([1, 2, 3])));
  assert.equal(await hub.invoke("UploadSum", upload([4])), 4);
});

testEach("more items than the server buffers wait for their reader", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("UploadAfter", 50, upload(Array(50).fill(1))), 50);
});
