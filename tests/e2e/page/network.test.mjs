// Bad networks, missing scripts, small screens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, testBoth } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";
import { Person } from "../lib/person.mjs";
import { Relay } from "../lib/relay.mjs";

const CHAT = address("CHAT_URL");
const CHAT_WITHOUT_SCRIPTS = address("CHAT_WITHOUT_SCRIPTS_URL");
const browser = await launch();

testBoth("a lost connection comes back into its room", async (t, protocol) => {
  const relay = await Relay.open(t, CHAT);
  const window = await openWindow(t, browser);
  const ann = await Person.arrive(window, relay.url, `Ann ${protocol} lost`, protocol);
  const bob = await Person.arrive(window, CHAT, `Bob ${protocol} waits`, protocol);
  const room = `lost ${protocol}`;
  await ann.open(room);
  await bob.enter(room);
  await ann.page.evaluate(() => {
    window.states = [];
    const state = document.getElementById("state");
    new MutationObserver(() => window.states.push(state.dataset.state)).observe(state, { attributes: true });
  });
  relay.cut();
  await ann.page.waitForFunction(() => window.states.includes("Reconnecting") && window.states.at(-1) === "Connected");
  await bob.sees("#pulse", "2 here");
  await bob.say(`welcome back in ${protocol}`);
  assert.equal(await ann.hears(`welcome back in ${protocol}`), bob.name);
});

test("without the client's script the page says so", async (t) => {
  const page = await (await openWindow(t, browser)).newPage();
  await page.goto(CHAT_WITHOUT_SCRIPTS); // sends the browser to the CDN, which cannot be reached from here
  await page.getByText("The chat needs the SignalR client script, and it could not be had.").waitFor();
  assert.equal(await page.isDisabled("#enter"), true);
});

test("without the MessagePack script JSON is left", async (t) => {
  const window = await openWindow(t, browser);
  await window.route("**/signalr-protocol-msgpack.min.js", (route) => route.abort());
  const ann = await Person.arrive(window, CHAT, "Ann has JSON alone", "json");
  await ann.sees("#script-notice", "The MessagePack script could not be had, so JSON is the only choice.");
  assert.equal(await ann.page.isDisabled("[value=messagepack]"), true);
});

test("a script that is not the published one is not run", async (t) => {
  const window = await openWindow(t, browser);
  await window.route("**/signalr.min.js", (route) => route.fulfill({ contentType: "text/javascript", body: "document.title = 'broken'" }));
  const page = await window.newPage();
  await page.goto(CHAT);
  await page.getByText("The chat needs the SignalR client script").waitFor();
  assert.notEqual(await page.title(), "broken");
});

for (const colorScheme of ["light", "dark"]) {
  test(`everything fits on a telephone (${colorScheme})`, async (t) => {
    const window = await openWindow(t, browser, { viewport: { width: 360, height: 700 }, colorScheme });
    const ann = await Person.arrive(window, CHAT, `Ann calls ${colorScheme}`, "json");
    const word = `a-word-without-an-end-in-${colorScheme}-`.repeat(20);
    await ann.say(word);
    await ann.hears(word);
    const width = await ann.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `the page is ${width} wide`);
    for (const part of ["#rooms", "#people", "#messages", "#send"]) assert.equal(await ann.page.locator(part).isVisible(), true, part);
  });
}
