// Two tabs talk through the page.
import assert from "node:assert/strict";
import { address, PROTOCOLS, testBoth } from "../lib/client.mjs";
import { launch, openWindow } from "../lib/browser.mjs";
import { Person } from "../lib/person.mjs";

const CHAT = address("CHAT_URL");
const browser = await launch();

async function two(t, protocol, url = CHAT) {
  const window = await openWindow(t, browser);
  const of = (name) => Person.arrive(window, url, `${name} ${protocol}`, protocol);
  return [await of("Ann"), await of("Bob"), of];
}

testBoth("both see what is said, as text and nothing else", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  const text = `<img src=x onerror="document.title='broken'"> & 🙂 ${protocol}`;
  await ann.say(text);
  assert.equal(await bob.hears(text), ann.name);
  assert.equal(await ann.hears(text), ann.name);
  assert.equal(await bob.page.locator("#messages img").count(), 0);
  await bob.say(`answer in ${protocol}`);
  await ann.hears(`answer in ${protocol}`);
});

testBoth("rooms keep apart, remember and count", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  const room = `garden ${protocol}`;
  await ann.open(room);
  const said = ["first", "second", "third"].map((text) => `${text} in ${room}`);
  for (const text of said) {
    await ann.say(text);
    await ann.hears(text);
  }
  await bob.sees(`#rooms [data-room="${room}"]`, "1");
  await bob.say(`outside ${room}`);
  await bob.hears(`outside ${room}`);
  assert.equal((await bob.messages()).some((text) => said.includes(text)), false);
  await bob.enter(room);
  await bob.hears(said[2]);
  assert.deepEqual(await bob.messages(), said);
  for (const person of [ann, bob]) await person.sees("#pulse", "2 here · 3 messages");
  await bob.say("fourth");
  await ann.sees("#pulse", "2 here · 4 messages");
  assert.deepEqual(await ann.messages(), [...said, "fourth"]);
});

testBoth("a whisper reaches one person", async (t, protocol) => {
  const [ann, bob, of] = await two(t, protocol);
  const cy = await of("Cy");
  await bob.whisper(ann.name, `secret ${protocol}`);
  assert.equal(await ann.hears(`secret ${protocol}`, "whisper"), bob.name);
  await bob.say(`open ${protocol}`);
  await cy.hears(`open ${protocol}`);
  assert.deepEqual(await cy.messages("whisper"), []);
});

testBoth("the others see who is typing", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  const room = `typing ${protocol}`;
  await ann.open(room);
  await bob.enter(room);
  await ann.page.locator("#text").pressSequentially("Hel");
  await bob.sees("#typing", `${ann.name} is typing…`);
  assert.equal(await ann.page.textContent("#typing"), "");
  await ann.page.press("#text", "Enter");
  await bob.hears("Hel");
  assert.equal(await bob.page.textContent("#typing"), "");
});

testBoth("a mistake is explained on the page", async (t, protocol) => {
  const [ann] = await two(t, protocol);
  await ann.page.fill("#new-room-name", "   ");
  await ann.page.press("#new-room-name", "Enter");
  await ann.sees("#error", "A name needs at least one letter.");
});

testBoth("a tab that is closed leaves the lists", async (t, protocol) => {
  const [ann, bob] = await two(t, protocol);
  await ann.sees("#people", bob.name);
  await bob.page.close();
  await ann.page.locator(`#people [data-user="${bob.name}"]`).waitFor({ state: "detached" });
});

if (PROTOCOLS.length > 1) {
  testBoth("the switch changes the protocol and keeps the room", async (t, protocol) => {
    const [ann, bob] = await two(t, protocol);
    const other = PROTOCOLS.find((name) => name !== protocol);
    const room = `switch ${protocol}`;
    await bob.open(room);
    await ann.enter(room);
    const frames = [];
    ann.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(payload)));
    await ann.choose(other);
    await ann.is("Connected");
    await ann.isIn(room);
    await ann.say(`said in ${other}`);
    for (const person of [ann, bob]) assert.equal(await person.hears(`said in ${other}`), ann.name);
    assert.equal(typeof frames.at(-1), other === "json" ? "string" : "object");
  });
}
