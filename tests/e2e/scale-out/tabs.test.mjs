// The tabs of two servers behind a reverse proxy, with the official client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";

const URL = address("SCALE_OUT_URL");
const browser = await launch();

async function open(window) {
  const page = await window.newPage();
  await page.goto(URL);
  await page.locator("#send:enabled").waitFor();
  return page;
}

const server = (page) => page.locator("#server").textContent();

async function say(page, text) {
  await page.fill("#text", text);
  await page.click("#send");
}

/** The server that the tab which said this is on, as this page shows it. */
async function hears(page, text) {
  const said = page.locator("#said li", { hasText: text });
  await said.waitFor();
  assert.equal(await said.count(), 1);
  return said.locator("b").textContent();
}

test("each tab shows its server, and all hear each other over every transport", async (t) => {
  const window = await openWindow(t, browser);
  const tabs = [await open(window), await open(window)];
  const servers = await Promise.all(tabs.map(server));
  assert.deepEqual([...servers].sort(), ["Amsterdam", "Berlin"]);
  await tabs[0].getByText("2 tabs on 2 servers").waitFor();
  for (const transport of ["1", "2", "4"]) {
    await tabs[1].selectOption("#transport", transport);
    await tabs[1].locator("#send:enabled").waitFor();
    assert.equal(await server(tabs[1]), servers[1]);
    for (const speaker of [0, 1]) {
      const text = `from ${speaker} over ${transport}`;
      await say(tabs[speaker], text);
      for (const tab of tabs) assert.equal(await hears(tab, text), servers[speaker]);
    }
  }
});

test("the tabs of a server that is stopped move over", async (t) => {
  const window = await openWindow(t, browser);
  const tabs = [await open(window), await open(window)];
  const [, other] = await Promise.all(tabs.map(server));
  await tabs[0].click("#stop");
  await tabs[0].locator(`#server[data-server="${other}"]`).waitFor();
  await say(tabs[1], "are you there?");
  for (const tab of tabs) assert.equal(await hears(tab, "are you there?"), other);
});
