// Connections that are lost, and those that the server ends.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { address, builder, collect, refusal, testEach, upload } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";
import { Relay } from "../lib/relay.mjs";

const SERVER = address("CONFORMANCE_URL");
const LIMIT = 32 * 1024;

/** A started connection that comes back by itself, with what it tells of that. */
async function openLasting(t, url, way) {
  const hub = builder(url, way).withAutomaticReconnect([0, 50, 200, 1000, 5000]).build();
  t.after(() => hub.stop());
  const lost = new Promise((resolve) => hub.onreconnecting(resolve));
  const back = new Promise((resolve) => hub.onreconnected(resolve));
  const closed = new Promise((resolve) => hub.onclose(resolve));
  await hub.start();
  return { hub, lost, back, closed };
}

/** What becomes of a stream after its first item, which is awaited. */
async function endOfStream(hub) {
  const items = hub.stream("CounterDelayed", 10_000, 20);
  let end;
  await new Promise((next) => {
    end = new Promise((complete, error) => items.subscribe({ next, complete, error }));
    end.catch(() => {});
  });
  return { end };
}

testEach("a lost connection comes back as a new one", async (t, way) => {
  const relay = await Relay.open(t, SERVER);
  const { hub, lost, back } = await openLasting(t, `${relay.url}/hub`, way);
  const inbox = Inbox.of(hub, "Receive");
  const first = hub.connectionId;
  const group = randomUUID();
  await hub.invoke("Remember", "key", "value");
  await hub.invoke("Join", group);
  const { end } = await endOfStream(hub);

  relay.down(); // not only cut: a browser asks again by itself if a poll breaks off
  await refusal(end);
  await lost;
  relay.up();
  assert.notEqual(await back, first);
  assert.equal(hub.state, "Connected");
  assert.equal(await hub.invoke("ConnectionId"), hub.connectionId);
  assert.equal(await hub.invoke("Recall", "key"), null);
  assert.equal(await hub.invoke("UploadSum", upload([1, 2, 3])), 6);
  assert.deepEqual(await collect(hub.stream("Counter", 3)), [0, 1, 2]);
  await hub.invoke("SendGroup", group, "to the group it was in");
  await hub.invoke("SendCaller", "last");
  assert.deepEqual(await inbox.until("last"), []);
});

testEach("a connection closed for a fault of its own comes back", async (t, way) => {
  const { hub, lost, back } = await openLasting(t, `${SERVER}/hub`, way);
  hub.send("Echo", "x".repeat(LIMIT + 1)).catch(() => {});
  assert.match((await lost).message, /Connection closed with an error\./);
  await back;
  assert.equal(await hub.invoke("Echo", "back"), "back");
});

testEach("a connection that the hub ends stays closed", async (t, way) => {
  const { hub, closed } = await openLasting(t, `${SERVER}/hub`, way);
  hub.onreconnecting(() => assert.fail("nothing allowed that"));
  await hub.send("Abort");
  assert.equal(await closed, undefined);
  assert.equal(hub.state, "Disconnected");
});

testEach("a connection can be stopped and started again", async (t, way) => {
  const { hub } = await openLasting(t, `${SERVER}/hub`, way);
  const ids = new Set();
  for (let round = 0; round < 3; round += 1) {
    ids.add(await hub.invoke("ConnectionId"));
    await hub.stop();
    await hub.start();
  }
  assert.equal(ids.size, 3);
});
