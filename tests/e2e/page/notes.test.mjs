// Notes, uploaded in pieces.
import assert from "node:assert/strict";
import { address, testBoth } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";
import { Person } from "../lib/person.mjs";

const CHAT = address("CHAT_URL");
const browser = await launch();

async function two(t, protocol) {
  const window = await openWindow(t, browser);
  return Promise.all(["Ann", "Bob"].map((name) => Person.arrive(window, CHAT, `${name} ${protocol} notes`, protocol)));
}

testBoth("a note that was typed", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  const text = "A line of a note, with an emoji 🙂\n".repeat(300);
  const bytes = Buffer.byteLength(text);
  await ann.click("#open-note");
  await ann.page.fill("#note-title", `Minutes ${protocol}`);
  await ann.page.fill("#note-text", text);
  await ann.click("#note-send");
  await ann.sees("#note-count", `${bytes} of ${bytes} bytes arrived`);
  assert.equal(await bob.hears(`Minutes ${protocol}`, "note"), ann.name);
  await bob.click(`#messages summary:has-text("Minutes ${protocol}")`);
  assert.ok((await bob.messages("note")).includes(text));
});

testBoth("a file", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  const text = `# A file, shared in ${protocol}\n`;
  await ann.click("#open-note");
  await ann.page.setInputFiles("#note-file", { name: `${protocol}.md`, mimeType: "text/markdown", buffer: Buffer.from(text) });
  await ann.click("#note-send");
  await bob.hears(`${protocol}.md`, "note");
  assert.ok((await bob.messages("note")).includes(text));
});

testBoth("a note that is too long is refused in the middle", async (t, protocol) => {
  const [ann] = await two(t, protocol);
  await ann.click("#open-note");
  await ann.page.fill("#note-title", "Long");
  await ann.page.fill("#note-text", "x".repeat(100_000));
  await ann.click("#note-send");
  await ann.sees("#error", "A note has at most 65536 bytes.");
  await ann.say(`still here in ${protocol}`);
  await ann.hears(`still here in ${protocol}`);
});
