// Makes docs/chat.png: CHROMIUM=… CHAT_URL=… node screenshot.mjs, against a chat that was just started.
import { chromium } from "playwright-core";
import { address } from "./lib/client.mjs";
import { Person } from "./lib/person.mjs";

const CHAT = address("CHAT_URL");
const TARGET = new URL("../../docs/chat.png", import.meta.url).pathname;
const SIZE = { width: 760, height: 690 };
const NOTE = "1. The hub compiles.\n2. The official client connects.\n3. Everybody is happy.";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
const arrive = async (name, protocol, colorScheme) =>
  Person.arrive(await browser.newContext({ viewport: SIZE, colorScheme, locale: "en-GB" }), CHAT, name, protocol);
const cleo = await arrive("Cleo", "json", "light");
const ann = await arrive("Ann", "json", "light");
const bob = await arrive("Bob", "messagepack", "dark");

await cleo.open("garden");
await ann.open("rust");
await bob.enter("rust");
for (const [person, text] of [
  [bob, "Hello Ann! Is this the chat in Rust?"],
  [ann, "It is: an impl block with #[hub], and Microsoft's own client on this page."],
  [bob, "And I am here in MessagePack, you in JSON. Nobody can tell 🙂"],
]) {
  await person.say(text);
  for (const reader of [ann, bob]) await reader.hears(text);
}
await ann.whisper("Bob", "Only you can read this.");
await bob.click("#open-note");
await bob.page.fill("#note-title", "Minutes");
await bob.page.fill("#note-text", NOTE);
await bob.click("#note-send");
await ann.hears("Minutes", "note");
await ann.click("#messages summary");
await ann.page.locator("#messages").evaluate((list) => (list.scrollTop = list.scrollHeight));
await bob.page.locator("#text").pressSequentially("By the way");
await ann.sees("#typing", "Bob is typing…");

const shots = await Promise.all([ann, bob].map(({ page }) => page.screenshot()));
const both = await browser.newPage({ viewport: { width: 2 * SIZE.width + 96, height: SIZE.height + 64 } });
const picture = (shot) => `<img src="data:image/png;base64,${shot.toString("base64")}">`;
await both.setContent(`<style>
  body { margin: 0; height: 100vh; display: flex; justify-content: center; align-items: center; gap: 32px; background: linear-gradient(120deg, #c9cdf2, #7f88c9); }
  img { border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / .35); }
</style>${shots.map(picture).join("")}`);
await both.screenshot({ path: TARGET });
await browser.close();
