// What the chat serves besides its hub.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { address } from "../lib/client.mjs";

const CHAT = address("CHAT_URL");
const CHAT_WITHOUT_SCRIPTS = address("CHAT_WITHOUT_SCRIPTS_URL");
const PACKAGES = new URL("../node_modules/@microsoft/", import.meta.url);
const SCRIPTS = { "signalr.min.js": "signalr", "signalr-protocol-msgpack.min.js": "signalr-protocol-msgpack" };

test("the page and its parts, each with its type and the policy", async () => {
  for (const [path, kind] of Object.entries({ "/": "text/html", "/chat.css": "text/css", "/chat.js": "text/javascript", "/icon.svg": "image/svg+xml" })) {
    const answer = await fetch(CHAT + path);
    assert.equal(answer.status, 200);
    assert.ok(answer.headers.get("content-type").startsWith(kind), path);
    assert.match(answer.headers.get("content-security-policy"), /^default-src 'self'; script-src 'self' https:\/\/cdn\.jsdelivr\.net/);
  }
});

test("the official scripts, as they are in node_modules", async () => {
  for (const [file, name] of Object.entries(SCRIPTS)) {
    const answer = await fetch(`${CHAT}/scripts/${file}`);
    assert.equal(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
    const installed = await readFile(new URL(`${name}/dist/browser/${file}`, PACKAGES));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), installed);
  }
});

test("the official scripts, from a public copy of the same version", async () => {
  for (const [file, name] of Object.entries(SCRIPTS)) {
    const answer = await fetch(`${CHAT_WITHOUT_SCRIPTS}/scripts/${file}`, { redirect: "manual" });
    const { version } = JSON.parse(await readFile(new URL(`${name}/package.json`, PACKAGES)));
    assert.equal(answer.status, 307);
    assert.equal(answer.headers.get("location"), `https://cdn.jsdelivr.net/npm/@microsoft/${name}@${version}/dist/browser/${file}`);
  }
});

test("nothing else", async () => {
  for (const path of ["", "package.json", "signalr.js", "..%2fpackage.json", "%2e%2e/%2e%2e/Cargo.toml", "signalr.min.js/", "signalr.min.js%00"]) {
    assert.equal((await fetch(`${CHAT}/scripts/${path}`)).status, 404, path);
  }
});
