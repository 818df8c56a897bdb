// Who is calling: tokens that the client is asked for.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { address, build, builder, open, refusal, testEach } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";
import { Relay } from "../lib/relay.mjs";

const SERVER = address("CONFORMANCE_URL");

testEach("a token says who the user is and what they may do", async (t, way) => {
  const nobody = await open(t, `${SERVER}/hub`, way);
  const ann = await open(t, `${SERVER}/hub`, way, { accessTokenFactory: () => "ann" });
  const root = await open(t, `${SERVER}/hub`, way, { accessTokenFactory: async () => "root/admin" });
  assert.deepEqual(await Promise.all([nobody, ann, root].map((hub) => hub.invoke("UserIdentifier"))), [null, "ann", "root"]);
  assert.equal(await refusal(nobody.invoke("OnlyUsers")), "Failed to invoke 'OnlyUsers' because user is unauthorized");
  assert.equal(await ann.invoke("OnlyUsers"), "user");
  assert.equal(await refusal(ann.invoke("OnlyAdmins")), "Failed to invoke 'OnlyAdmins' because user is unauthorized");
  assert.equal(await root.invoke("OnlyAdmins"), "admin");
});

testEach("an endpoint for users lets nobody else in", async (t, way) => {
  const url = `${SERVER}/authorized`;
  for (const token of [undefined, "", "bad"]) {
    const refused = build(url, way, token === undefined ? {} : { accessTokenFactory: () => token });
    assert.match(await refusal(refused.start()), /Status code '401'/);
  }
  const ann = await open(t, url, way, { accessTokenFactory: () => "ann" });
  assert.equal(await ann.invoke("UserIdentifier"), "ann");
});

testEach("a user is reached wherever they are", async (t, way) => {
  const user = `ann-${randomUUID()}`;
  const [one, two] = [await open(t, `${SERVER}/hub`, way, { accessTokenFactory: () => user }), await open(t, `${SERVER}/hub`, way, { accessTokenFactory: () => user })];
  const inboxes = [one, two].map((hub) => Inbox.of(hub, "Receive"));
  await one.invoke("SendUser", user, "hello");
  for (const inbox of inboxes) assert.deepEqual(await inbox.next(), ["hello"]);
});

testEach("a connection that comes back asks for a new token", async (t, way) => {
  const relay = await Relay.open(t, SERVER);
  const tokens = [];
  const accessTokenFactory = () => tokens.at(-1);
  tokens.push("ann");
  const hub = builder(`${relay.url}/authorized`, way, { accessTokenFactory }).withAutomaticReconnect([0, 50, 200, 1000, 5000]).build();
  t.after(() => hub.stop());
  const lost = new Promise((resolve) => hub.onreconnecting(resolve));
  const back = new Promise((resolve) => hub.onreconnected(resolve));
  await hub.start();
  assert.equal(await hub.invoke("UserIdentifier"), "ann");
  tokens.push("bob");
  relay.down();
  await lost;
  relay.up();
  await back;
  assert.equal(await hub.invoke("UserIdentifier"), "bob");
});
