// Who receives what.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { address, open, testEach } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const SERVER = address("CONFORMANCE_URL");
const HUB = `${SERVER}/hub`;

/** Three connections with what they receive, alone on the server as far as they can tell. */
async function three(t, way, url = () => HUB) {
  return Promise.all([0, 1, 2].map(async (n) => {
    const hub = await open(t, url(n), way);
    return { hub, id: hub.connectionId, inbox: Inbox.of(hub, "Receive") };
  }));
}

/** Which of them got the message: sends each a last one and looks at what came before it. */
async function receivers(members, message) {
  const last = randomUUID();
  for (const { id } of members) await members[0].hub.invoke("SendTo", id, last);
  const before = await Promise.all(members.map(({ inbox }) => inbox.until(last)));
  return before.flatMap((values, index) => (values.includes(message) ? [index] : []));
}

const CASES = {
  SendCaller: { to: [], reached: [0] },
  SendAll: { to: [], reached: [0, 1, 2] },
  SendOthers: { to: [], reached: [1, 2] },
  SendTo: { to: [({ ids }) => ids[1]], reached: [1] },
  SendClients: { to: [({ ids }) => [ids[0], ids[2]]], reached: [0, 2] },
  SendAllExcept: { to: [({ ids }) => [ids[0], ids[2]]], reached: [1] },
  SendGroup: { to: [({ group }) => group], reached: [0, 1] },
  SendGroups: { to: [({ group, other }) => [group, other]], reached: [0, 1, 2] },
  SendGroupExcept: { to: [({ group }) => group, ({ ids }) => [ids[0]]], reached: [1] },
  SendOthersInGroup: { to: [({ group }) => group], reached: [1] },
};

for (const [method, { to, reached }] of Object.entries(CASES)) {
  testEach(`${method} reaches those it names`, async (t, way) => {
    const members = await three(t, way);
    const [group, other, message] = [randomUUID(), randomUUID(), randomUUID()];
    await members[0].hub.invoke("Join", group);
    await members[0].hub.invoke("JoinOther", members[1].id, group);
    await members[2].hub.invoke("Join", other);
    const place = { ids: members.map(({ id }) => id), group, other };
    await members[0].hub.invoke(method, ...to.map((value) => value(place)), message);
    assert.deepEqual(await receivers(members, message), reached);
  });
}

testEach("users are reached on all their connections", async (t, way) => {
  const [ann, bob] = [`ann-${randomUUID()}`, `bob-${randomUUID()}`];
  const members = await three(t, way, (n) => `${HUB}?access_token=${n < 2 ? ann : bob}`);
  assert.equal(await members[0].hub.invoke("UserIdentifier"), ann);
  await members[2].hub.invoke("SendUser", ann, "to ann");
  assert.deepEqual(await receivers(members, "to ann"), [0, 1]);
  await members[0].hub.invoke("SendUsers", [ann, bob], "to both");
  assert.deepEqual(await receivers(members, "to both"), [0, 1, 2]);
});

testEach("who has left a group hears no more of it", async (t, way) => {
  const members = await three(t, way);
  const group = randomUUID();
  for (const { hub } of members) await hub.invoke("Join", group);
  await members[1].hub.invoke("Leave", group);
  await members[0].hub.invoke("LeaveOther", members[2].id, group);
  await members[1].hub.invoke("SendGroup", group, "left");
  assert.deepEqual(await receivers(members, "left"), [0]);
});

testEach("messages keep their order", async (t, way) => {
  const hub = await open(t, HUB, way);
  const inbox = Inbox.of(hub, "Receive");
  await hub.invoke("SendMany", 1000);
  await hub.invoke("SendCaller", "last");
  assert.deepEqual((await inbox.until("last")).map(Number), Array.from({ length: 1000 }, (_, n) => n));
});

testEach("calls of clients with many arguments and with none", async (t, way) => {
  const hub = await open(t, HUB, way);
  const [many, none] = [Inbox.of(hub, "args"), Inbox.of(hub, "noargs")];
  await hub.invoke("SendArgs");
  await hub.invoke("SendNoArgs");
  assert.deepEqual(await many.next(), [1, "two", 3.5, null, [4, 5], { firstName: "Ada", age: 36, tags: ["x"], bestFriend: null }]);
  assert.deepEqual(await none.next(), []);
});

testEach("messages from outside the hub", async (t, way) => {
  const hub = await open(t, HUB, way);
  const inbox = Inbox.of(hub, "Receive");
  const push = async (query) => (await fetch(`${SERVER}/push?${new URLSearchParams(query)}`)).text();
  assert.equal(await push({ to: "client", id: hub.connectionId, m: "from outside" }), "pushed");
  assert.deepEqual(await inbox.next(), ["from outside"]);
  hub.on("Answer", (question) => `${question}!`);
  assert.equal(await push({ to: "ask", id: hub.connectionId, m: "well" }), "well!");
});

testEach("the hub learns that a connection has ended", async (t, way) => {
  const hub = await open(t, HUB, way);
  const id = hub.connectionId;
  await hub.stop();
  const ended = async () => (await fetch(`${SERVER}/ended?id=${id}`)).json();
  let note = await ended();
  while (!note.ended) note = await ended();
  assert.deepEqual(note, { ended: true, error: "" });
});
