// The server asks the people in a room.
import assert from "node:assert/strict";
import { address, testBoth } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";
import { Person } from "../lib/person.mjs";

const CHAT = address("CHAT_URL");
const browser = await launch();

testBoth("a room ends when everybody agrees", async (t, protocol) => {
  const window = await openWindow(t, browser);
  const [ann, bob] = await Promise.all(["Ann", "Bob"].map((name) => Person.arrive(window, CHAT, `${name} ${protocol} votes`, protocol)));
  const room = `vote ${protocol}`;
  await ann.open(room);
  await bob.enter(room);

  await ann.click("#end-room");
  await bob.sees("#question-text", `${ann.name} wants to end “${room}”. Do you agree?`);
  await bob.click("#question-no");
  await ann.hears(`${bob.name} disagreed.`, "notice");
  assert.equal(await ann.page.textContent("#room-name"), room);

  await ann.click("#end-room");
  await bob.click("#question-yes");
  for (const person of [ann, bob]) {
    await person.isIn("lobby");
    await person.page.locator(`#rooms [data-room="${room}"]`).waitFor({ state: "detached" });
  }
});

testBoth("closing the question is a no", async (t, protocol) => {
  const window = await openWindow(t, browser);
  const [ann, bob] = await Promise.all(["Ann", "Bob"].map((name) => Person.arrive(window, CHAT, `${name} ${protocol} escapes`, protocol)));
  await ann.open(`escape ${protocol}`);
  await bob.enter(`escape ${protocol}`);
  await ann.click("#end-room");
  await bob.sees("#question-text", "Do you agree?");
  await bob.page.keyboard.press("Escape");
  await ann.hears(`${bob.name} disagreed.`, "notice");
});

testBoth("the lobby cannot be ended", async (t, protocol) => {
  const window = await openWindow(t, browser);
  const ann = await Person.arrive(window, CHAT, `Ann ${protocol} stays`, protocol);
  assert.equal(await ann.page.isVisible("#end-room"), false);
});
