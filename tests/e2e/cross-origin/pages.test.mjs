// Pages of other origins than the hub's: one that the hub allows, one that it does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, PROTOCOLS } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";

const [PAGE, OTHER_PAGE, HUB] = ["PAGE_URL", "OTHER_PAGE_URL", "HUB_URL"].map(address);
const TRANSPORTS = { WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 };
const browser = await launch();

/** What the hub says of its visitor, asked from a page; an error as its text. */
async function visit(t, page, url, options, protocol = "json") {
  const tab = await (await openWindow(t, browser)).newPage();
  await tab.goto(page);
  return tab.evaluate(
    async ({ url, options, protocol }) => {
      const { signalR } = window;
      document.cookie = "visited=yes";
      const builder = new signalR.HubConnectionBuilder()
        .withUrl(url, { ...options, accessTokenFactory: () => "ann" })
        .configureLogging(signalR.LogLevel.None);
      if (protocol === "messagepack") builder.withHubProtocol(new signalR.protocols.msgpack.MessagePackHubProtocol());
      const hub = builder.build();
      try {
        await hub.start();
        return await hub.invoke("Visitor");
      } catch (error) {
        return String(error);
      } finally {
        await hub.stop();
      }
    },
    { url, options, protocol },
  );
}

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  for (const protocol of PROTOCOLS) {
    if (name === "ServerSentEvents" && protocol === "messagepack") continue;
    test(`an allowed page comes with its token and its cookies (${name}, ${protocol})`, async (t) => {
      assert.deepEqual(await visit(t, PAGE, `${HUB}/guarded`, { transport }, protocol), ["ann", "visited=yes"]);
    });
  }
  test(`another page does not get in (${name})`, async (t) => {
    assert.match(await visit(t, OTHER_PAGE, `${HUB}/guarded`, { transport }), /Error/);
  });
}

const direct = { transport: TRANSPORTS.WebSockets, skipNegotiation: true };

test("nor with a WebSocket, which CORS does not guard", async (t) => {
  assert.match(await visit(t, OTHER_PAGE, `${HUB}/guarded`, direct), /Error/);
  assert.deepEqual(await visit(t, OTHER_PAGE, `${HUB}/unguarded`, direct), ["ann", "visited=yes"]);
  assert.deepEqual(await visit(t, PAGE, `${HUB}/guarded`, direct), ["ann", "visited=yes"]);
});
