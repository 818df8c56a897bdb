// Questions from the server to one client.
import assert from "node:assert/strict";
import { address, build, open, refusal, testEach } from "../lib/client.mjs";

const HUB = `${address("CONFORMANCE_URL")}/hub`;

testEach("the caller answers within its own call", async (t, way) => {
  const hub = await open(t, HUB, way);
  hub.on("Answer", async (question) => ({ number: 42, person: { firstName: "Ada", age: 36 } })[question] ?? `re: ${question}`);
  assert.equal(await hub.invoke("Ask", "why?"), "re: why?");
  assert.equal(await hub.invoke("AskTwice"), "re: first,re: second");
  assert.equal(await hub.invoke("AskNumber"), 42);
  assert.equal((await hub.invoke("AskPerson")).firstName, "Ada");
});

testEach("another client answers", async (t, way) => {
  const [asker, asked] = [await open(t, HUB, way), await open(t, HUB, way)];
  asked.on("Answer", (question) => `${question} answered`);
  assert.equal(await asker.invoke("AskOther", asked.connectionId), "other answered");
});

testEach("answers that fail", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("AskCatch", "x"), "HubException: Client didn't provide a result.");
  hub.on("Answer", () => { throw new Error("boom"); });
  assert.equal(await hub.invoke("AskCatch", "x"), "HubException: Error: boom");
  assert.match(await refusal(hub.invoke("Ask", "x")), /HubException: Error: boom$/);
  hub.off("Answer");
  hub.on("Answer", () => "not a number");
  assert.match(await hub.invoke("AskNumberCatch"), /^HubException: Error trying to deserialize result to /);
});

testEach("nobody to ask, nobody left to answer, no patience", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("AskOther", "nobody"), "IOException: Connection 'nobody' does not exist.");
  const asked = build(HUB, way);
  await asked.start();
  const id = asked.connectionId;
  asked.on("Answer", () => asked.stop());
  assert.equal(await hub.invoke("AskOther", id), `IOException: Connection '${id}' disconnected.`);
  hub.on("Answer", () => new Promise(() => {}));
  assert.equal(await hub.invoke("AskWithin", 20), "HubException: Invocation canceled by the server.");
});

testEach("not while connecting", async (t, way) => {
  const hub = build(`${HUB}?ask=1`, way);
  t.after(() => hub.stop());
  const told = new Promise((resolve) => hub.on("Receive", resolve));
  await hub.start();
  assert.equal(await told, "InvalidOperationException: Client results inside OnConnectedAsync Hub methods are not allowed.");
});
