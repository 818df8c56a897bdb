// Streams to the server.
import assert from "node:assert/strict";
import { address, collect, open, refusal, Subject, testBoth, upload } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const HUB = `${address("CONFORMANCE_URL")}/hub`;

testBoth("uploads are summed", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  const numbers = Array.from({ length: 1000 }, (_, n) => n);
  assert.equal(await hub.invoke("UploadSum", upload(numbers)), 499500);
  assert.equal(await hub.invoke("UploadChannel", upload([1, 2])), 3);
  assert.equal(await hub.invoke("UploadSum", upload([])), 0);
});

testBoth("two uploads around an argument", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  assert.equal(await hub.invoke("UploadTwo", upload(["a", "b"]), "|", upload(["c"])), "a,b,|,c");
});

testBoth("uploads of structures and nulls", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  const people = [{ firstName: "Ada", age: 36 }, { firstName: null, age: 0 }, { firstName: "Bob", age: 1 }];
  assert.equal(await hub.invoke("UploadPeople", upload(people)), "Ada,null,Bob");
});

testBoth("every item is answered before the next is sent", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
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

testBoth("both ways at once", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
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

testBoth("a client that fails its upload is heard", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  const items = new Subject();
  const caught = hub.invoke("UploadCatch", items);
  items.next(1);
  items.error(new Error("the file is gone"));
  assert.equal(await caught, "HubException: the file is gone");
});

testBoth("items of the wrong type fail their upload alone", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  assert.match(await hub.invoke("UploadCatch", upload([1, "two"])), /^HubException: Failed to bind Stream message\./);
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testBoth("methods that do not read to the end", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  assert.equal(await hub.invoke("UploadIgnored", upload([1, 2, 3])), 7);
  await refusal(hub.invoke("UploadThrows", upload([1, 2, 3])));
  assert.equal(await hub.invoke("UploadSum", upload([4])), 4);
});

testBoth("more items than the server buffers wait for their reader", async (t, protocol) => {
  const hub = await open(t, HUB, protocol);
  assert.equal(await hub.invoke("UploadAfter", 50, upload(Array(200).fill(1))), 200);
});
