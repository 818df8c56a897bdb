// The client of 2018, @aspnet/signalr 1.1: it negotiates without a version, and knows neither uploads nor questions.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as signalr from "@aspnet/signalr";
import { MessagePackHubProtocol } from "@aspnet/signalr-protocol-msgpack";
import { address, collect, refusal, testEach } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const SERVER = address("CONFORMANCE_URL");
const HUB = `${SERVER}/hub`;

function build(url, { protocol, transport }, options = {}) {
  const builder = new signalr.HubConnectionBuilder()
    .withUrl(url, { transport: signalr.HttpTransportType[transport], ...options })
    .configureLogging(signalr.LogLevel.None);
  if (protocol === "messagepack") builder.withHubProtocol(new MessagePackHubProtocol());
  return builder.build();
}

async function open(t, url, way, options) {
  const hub = build(url, way, options);
  t.after(() => hub.stop());
  await hub.start();
  return hub;
}

testEach("calls of many types", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("Transport"), way.transport);
  for (const text of ["", "hello", null, "ünïcödé 漢字 🙂 \u2028", "x".repeat(30_000)]) {
    assert.equal(await hub.invoke("Echo", text), text);
  }
  assert.equal(await hub.invoke("Add", 2, 3), 5);
  assert.equal(await hub.invoke("Nothing"), null);
  assert.equal(await hub.invoke("EchoDouble", 0.5), 0.5);
  assert.deepEqual(await hub.invoke("EchoMap", { a: "1" }), { a: "1" });
  const ada = { firstName: "Ada", age: 36, tags: ["x"], bestFriend: null };
  assert.deepEqual(await hub.invoke("EchoPerson", ada), ada);
});

testEach("what failed, and that nothing else did", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await refusal(hub.invoke("ThrowHub", "seen")), "An unexpected error occurred invoking 'ThrowHub' on the server. HubException: seen");
  assert.match(await refusal(hub.invoke("NoSuch")), /Method does not exist\.$/);
  assert.equal(await hub.invoke("Echo", "still there"), "still there");
});

testEach("streams, to their end and left before it", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.deepEqual(await collect(hub.stream("Counter", 5)), [0, 1, 2, 3, 4]);
  assert.match(await refusal(collect(hub.stream("CounterThrowsHub", 2))), /HubException: ran out$/);
  if (way.protocol === "messagepack") return; // it cannot cancel anything in this protocol
  const received = Inbox.of(hub, "Receive");
  const third = new Promise((resolve) => {
    const reading = hub.stream("CounterNoted").subscribe({ next: (item) => item === 2 && resolve(reading), complete() {}, error() {} });
  });
  (await third).dispose();
  assert.deepEqual(await received.next(), ["ended, cancelled: True"]);
});

testEach("messages to groups, in order", async (t, way) => {
  const [one, two] = [await open(t, HUB, way), await open(t, HUB, way)];
  const inbox = Inbox.of(two, "Receive");
  const group = randomUUID();
  await two.invoke("Join", group);
  for (let n = 0; n < 20; n += 1) await one.invoke("SendGroup", group, `${n}`);
  await one.invoke("SendGroup", group, "last");
  assert.deepEqual(await inbox.until("last"), Array.from({ length: 20 }, (_, n) => `${n}`));
});

testEach("tokens, and endpoints that want one", async (t, way) => {
  const root = await open(t, `${SERVER}/authorized`, way, { accessTokenFactory: () => "root/admin" });
  assert.equal(await root.invoke("UserIdentifier"), "root");
  assert.equal(await root.invoke("OnlyAdmins"), "admin");
  assert.match(await refusal(build(`${SERVER}/authorized`, way).start()), /Unauthorized/);
});

testEach("an endpoint that wants a newer negotiation says so", async (t, way) => {
  const text = "The client requested version '0', but the server does not support this version.";
  assert.ok((await refusal(build(`${SERVER}/v1only`, way).start())).includes(text));
});

testEach("a connection that ends", async (t, way) => {
  const hub = await open(t, HUB, way);
  const closed = new Promise((resolve) => hub.onclose(resolve));
  await hub.send("Abort");
  const error = await closed;
  // The Close says that nothing went wrong, but this client acts on it a moment later. Where the event stream's end is there
  // by then, it takes that for a loss; ASP.NET Core shows the same, nearly always.
  if (way.transport === "ServerSentEvents" && error) assert.equal(error.message, "Error occurred");
  else assert.equal(error, undefined);
});
