// What a client is told when a call fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, build, open, refusal, testEach } from "../lib/client.mjs";

const SERVER = address("CONFORMANCE_URL");
const INVOKING = (method) => `An unexpected error occurred invoking '${method}' on the server.`;

testEach("errors meant for the client carry their text, others do not", async (t, way) => {
  const hub = await open(t, `${SERVER}/hub`, way);
  assert.equal(await refusal(hub.invoke("ThrowHub", "seen")), `${INVOKING("ThrowHub")} HubException: seen`);
  assert.equal(await refusal(hub.invoke("ThrowOwn", "own")), `${INVOKING("ThrowOwn")} OwnHubException: own`);
  assert.equal(await refusal(hub.invoke("ThrowFailed", "later")), `${INVOKING("ThrowFailed")} HubException: later`);
  assert.equal(await refusal(hub.invoke("Throw", "secret")), INVOKING("Throw"));
  assert.equal(await refusal(hub.invoke("ThrowLater")), INVOKING("ThrowLater"));
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testEach("detailed errors tell everything", async (t, way) => {
  const hub = await open(t, `${SERVER}/detailed`, way);
  const text = await refusal(hub.invoke("Throw", "secret"));
  assert.equal(text, `${INVOKING("Throw")} InvalidOperationException: secret`);
  for (const wrong of [[1], [1, 2, 3]]) {
    const counted = `InvalidDataException: Invocation provides ${wrong.length} argument(s) but target expects 2.`;
    assert.equal(await refusal(hub.invoke("Add", ...wrong)), `Failed to invoke 'Add' due to an error on the server. ${counted}`);
  }
});

testEach("unknown methods and wrong arguments leave the connection alive", async (t, way) => {
  const hub = await open(t, `${SERVER}/hub`, way);
  assert.equal(await refusal(hub.invoke("NoSuch")), "Failed to invoke 'NoSuch' due to an error on the server. HubException: Method does not exist.");
  for (const hidden of ["Static", "Protected", "Original", "OnConnectedAsync", "Dispose", "ToString"]) {
    assert.match(await refusal(hub.invoke(hidden)), /Method does not exist\.$/);
  }
  for (const wrong of [[1], [1, 2, 3], ["one", 2], [null, 2]]) {
    assert.equal(await refusal(hub.invoke("Add", ...wrong)), "Failed to invoke 'Add' due to an error on the server.");
  }
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testEach("streams and calls are not taken for each other", async (t, way) => {
  const hub = await open(t, `${SERVER}/hub`, way);
  const streamed = new Promise((resolve, reject) => hub.stream("Echo", "x").subscribe({ next() {}, complete: resolve, error: reject }));
  assert.match(await refusal(streamed), /The client attempted to invoke the non-streaming 'Echo' method with a streaming invocation\.$/);
  assert.match(await refusal(hub.invoke("Counter", 3)), /The client attempted to invoke the streaming 'Counter' method with a non-streaming invocation\.$/);
});

testEach("a connection that the hub refuses is closed with a reason", async (t, way) => {
  for (const [query, reason] of [
    ["refuse=throw", "Connection closed with an error."],
    ["refuse=hub", "Connection closed with an error. HubException: refused by OnConnected"],
  ]) {
    const hub = build(`${SERVER}/hub?${query}`, way);
    const closed = new Promise((resolve) => hub.onclose(resolve));
    const started = hub.start(); // fails if the reason comes together with the answer to the handshake
    const { message } = await started.then(() => closed, (error) => error);
    if (way.transport === "ServerSentEvents" && message.endsWith("404'")) continue; // its first ping came too late
    assert.equal(message, `Server returned an error on close: ${reason}`);
  }
});

testEach("an aborted connection closes without an error", async (t, way) => {
  const hub = await open(t, `${SERVER}/hub`, way);
  const closed = new Promise((resolve) => hub.onclose(resolve));
  await hub.send("Abort");
  assert.equal(await closed, undefined);
});

test("a hub of JSON alone refuses MessagePack in the handshake", async () => {
  const hub = build(`${SERVER}/jsononly`, "messagepack");
  assert.match(await refusal(hub.start()), /The protocol 'messagepack' is not supported\./);
});

test("an address without a hub is not found", async () => {
  assert.match(await refusal(build(`${SERVER}/nothing`, "json").start()), /Status code '404'/);
});
