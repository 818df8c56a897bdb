// The conformance tests again, in a page of Chromium: one test here for each test there.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../lib/browser.mjs";
import { address } from "../lib/client.mjs";
import { Relay } from "../lib/relay.mjs";

const SERVER = address("CONFORMANCE_URL");
const FOLDER = fileURLToPath(new URL("..", import.meta.url));

const browser = await launch();
const files = (await readdir(`${FOLDER}conformance`)).filter((name) => name.endsWith(".test.mjs")).sort();

for (const file of files) {
  test(file, async (t) => {
    const page = await openPage(t);
    const titles = await page.evaluate(async (path) => {
      await import(path);
      return (await import("node:test")).titles();
    }, `/e2e/conformance/${file}`);
    for (const [index, title] of titles.entries()) {
      await t.test(title, async () => {
        const fault = await page.evaluate(async (n) => (await import("node:test")).run(n), index);
        assert.equal(fault, null);
      });
    }
  });
}

/** A page that has these files beside the server's own paths, and a relay between itself and the server. */
async function openPage(t) {
  const relay = await Relay.open(t, SERVER);
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.exposeFunction("relayCut", () => relay.cut());
  await page.exposeFunction("relayDown", () => relay.down());
  await page.exposeFunction("relayUp", () => relay.up());
  await page.route(`${relay.url}/e2e/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({ path: FOLDER + pathname.slice("/e2e/".length) });
  });
  await page.goto(`${relay.url}/e2e/in_page/page.html`);
  return page;
}
