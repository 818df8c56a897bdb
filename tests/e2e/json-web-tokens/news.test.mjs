// From a password to a method that needs a role, with the official client's `accessTokenFactory`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, build, open, refusal } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const NEWS = address("NEWS_URL");
const TRANSPORTS = { WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 };
const PASSWORDS = { ann: "correct horse", bob: "battery staple" };

async function logIn(name, password = PASSWORDS[name]) {
  const body = JSON.stringify({ name, password });
  const answer = await fetch(`${NEWS}/login`, { method: "POST", headers: { "content-type": "application/json" }, body });
  return answer.ok ? (await answer.json()).accessToken : answer.status;
}

test("a wrong password gives no token", async () => {
  assert.equal(await logIn("ann", "wrong"), 401);
});

test("without a good token nothing is reached", async () => {
  const token = await logIn("ann");
  const [head, , signature] = token.split(".");
  const claims = Buffer.from(JSON.stringify({ sub: "1", name: "ann", roles: ["reader", "admin"], exp: 4102444800 })).toString("base64url");
  for (const bad of ["", "nonsense", `${head}.${claims}.${signature}`]) {
    assert.match(await refusal(build(`${NEWS}/news`, "json", { accessTokenFactory: () => bad }).start()), /Status code '401'/);
  }
});

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  test(`administrators publish, readers read (${name})`, async (t) => {
    const [ann, bob] = await Promise.all(
      ["ann", "bob"].map(async (user) => {
        const token = await logIn(user);
        return open(t, `${NEWS}/news`, "json", { transport, accessTokenFactory: () => token });
      }),
    );
    assert.equal(await ann.invoke("MyName"), "ann");
    const inbox = Inbox.of(bob, "Published");
    await ann.invoke("Publish", `Rust over ${name}`);
    assert.deepEqual(await inbox.next((headline) => headline.endsWith(name)), [`Rust over ${name}`, "ann"]);
    assert.equal(await refusal(bob.invoke("Publish", "I was here")), "Failed to invoke 'Publish' because user is unauthorized");
    assert.equal(await bob.invoke("MyName"), "bob");
  });
}

test("a token in the query is good for the hub alone", async () => {
  const token = await logIn("bob");
  const negotiate = await fetch(`${NEWS}/news/negotiate?negotiateVersion=1&access_token=${token}`, { method: "POST" });
  assert.equal(negotiate.status, 200);
  assert.equal((await fetch(`${NEWS}/me?access_token=${token}`)).status, 401);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal(await (await fetch(`${NEWS}/me`, { headers })).text(), "bob");
});

test("a fresh token lengthens the life of a connection", async () => {
  const headers = { authorization: `Bearer ${await logIn("bob")}` };
  const negotiate = await fetch(`${NEWS}/news/negotiate?negotiateVersion=1`, { method: "POST", headers });
  const { connectionToken, tokenLifetimeSeconds } = await negotiate.json();
  assert.ok(tokenLifetimeSeconds > 800 && tokenLifetimeSeconds <= 900);
  const refresh = (headers) => fetch(`${NEWS}/news/refresh?id=${connectionToken}`, { method: "POST", headers });
  const answer = await refresh({ authorization: `Bearer ${await logIn("bob")}` });
  assert.equal(answer.status, 200);
  assert.ok((await answer.json()).tokenLifetimeSeconds > 800);
  assert.equal((await refresh({ authorization: `Bearer ${await logIn("ann")}` })).status, 403);
});
