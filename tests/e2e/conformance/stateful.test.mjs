// A connection that outlives its sockets: nothing is lost and nothing comes twice, however often they are cut.
// STATEFUL_DROPS sets how often (100).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as signalr from "@microsoft/signalr";
import { MessagePackHubProtocol } from "@microsoft/signalr-protocol-msgpack";
import { address, collect, testBoth, upload } from "../lib/client.mjs";
import { Relay } from "../lib/relay.mjs";

const DROPS = Number(process.env.STATEFUL_DROPS ?? 100);
const URL = address("CONFORMANCE_URL");

/** A started connection through `relay`, stopped at the test's end. */
async function open(t, relay, protocol) {
  const builder = new signalr.HubConnectionBuilder()
    .withUrl(`${relay.url}/stateful`, { transport: signalr.HttpTransportType.WebSockets })
    .withStatefulReconnect()
    .configureLogging(signalr.LogLevel.None);
  if (protocol === "messagepack") builder.withHubProtocol(new MessagePackHubProtocol());
  const connection = builder.build();
  t.after(() => connection.stop());
  await connection.start();
  return connection;
}

/** Lets a different number of things happen each time. */
async function pass(turns) {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
}

testBoth(`${DROPS} cut sockets`, async (t, protocol) => {
  const relay = await Relay.open(t, URL);
  const hub = await open(t, relay, protocol);
  const group = `stateful-${randomUUID()}`;
  const [received, expected] = [[], []];
  let closed;
  hub.on("Receive", (text) => received.push(text));
  hub.onclose((error) => (closed = error ?? "without an error"));
  await hub.invoke("Join", group);
  await hub.invoke("Remember", "key", "kept");
  const id = await hub.invoke("ConnectionId");

  for (let drop = 0; drop < DROPS; drop++) {
    const results = [];
    for (let number = 0; number < 4; number++) {
      const text = `${drop}/${number}`;
      expected.push(text);
      results.push(hub.invoke("SendGroup", group, text));
    }
    results.push(hub.invoke("UploadSum", upload([drop, 1, 2])).then((sum) => assert.equal(sum, drop + 3)));
    // Its items come when nobody reads them any more; they count all the same.
    results.push(hub.invoke("UploadIgnored", upload([1, 2, 3])).then((seven) => assert.equal(seven, 7)));
    results.push(collect(hub.stream("Counter", 5)).then((items) => assert.deepEqual(items, [0, 1, 2, 3, 4])));
    await pass(drop % 7);
    await relay.cut();
    // Answered over the next socket: one that is cut while it opens is the end, as the client has it.
    results.push(hub.invoke("Echo", "here").then((here) => assert.equal(here, "here")));
    await Promise.all(results);
    assert.equal(closed, undefined);
  }

  assert.deepEqual(received, expected);
  assert.equal(await hub.invoke("ConnectionId"), id);
  assert.equal(await hub.invoke("Recall", "key"), "kept");
});

testBoth("a call and a stream go on over the next socket", async (t, protocol) => {
  const relay = await Relay.open(t, URL);
  const hub = await open(t, relay, protocol);
  const call = hub.invoke("Delay", 300, "late");
  const stream = collect(hub.stream("CounterDelayed", 5, 50));
  await relay.cut();
  assert.equal(await call, "late");
  assert.deepEqual(await stream, [0, 1, 2, 3, 4]);
});
