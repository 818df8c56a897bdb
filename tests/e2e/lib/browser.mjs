// Chromium, without a window and without the world outside.
import { after } from "node:test";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  // Files that a test serves itself seem to come from nowhere, and what is nowhere may not reach 127.0.0.1.
  "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
const PATIENCE_MS = 10_000;

/** One browser for all tests of a file; `CHROMIUM` says where it is. */
export async function launch() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: FLAGS });
  after(() => browser.close());
  return browser;
}

/** A window with tabs, closed at the test's end. */
export async function openWindow(t, browser, options = {}) {
  const window = await browser.newContext(options);
  window.setDefaultTimeout(PATIENCE_MS);
  t.after(() => window.close());
  return window;
}
