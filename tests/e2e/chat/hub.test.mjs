// The chat's hub, without its page.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { address, build, collect, open, refusal, Subject, testBoth, upload } from "../lib/client.mjs";
import { Inbox } from "../lib/inbox.mjs";

const CHAT = address("CHAT_URL");
const NOTE = 64 * 1024;
const url = (user) => `${CHAT}/chat?user=${encodeURIComponent(user)}`;
const unique = (name) => `${name} ${randomUUID().slice(0, 8)}`;

async function visit(t, protocol, room, user = unique("visitor")) {
  const hub = await open(t, url(user), protocol);
  const inboxes = Object.fromEntries(["receiveMessage", "noteProgress", "roomEnded", "typing"].map((name) => [name, Inbox.of(hub, name)]));
  if (room) await hub.invoke("Enter", room);
  return { hub, user, ...inboxes };
}

const withText = (text) => (message) => message.text === text;
const endsWith = (text) => (message) => assert.ok(message.endsWith(`HubException: ${text}`), message);

testBoth("a message has an author, a time, a kind and a text", async (t, protocol) => {
  const room = unique("room");
  const [ann, bob] = [await visit(t, protocol, room), await visit(t, protocol, room)];
  await ann.hub.invoke("Say", "  hello \u{1F642} ");
  const [message] = await bob.receiveMessage.next(withText("hello \u{1F642}"));
  assert.deepEqual(message, { at: message.at, kind: "said", from: ann.user, to: null, title: null, text: "hello \u{1F642}" });
  assert.ok(Math.abs(message.at / 1000 - Date.now()) < 60_000);
});

testBoth("history is replayed in order, the latest hundred", async (t, protocol) => {
  const room = unique("room");
  const { hub } = await visit(t, protocol, room);
  for (let n = 0; n < 105; n += 1) await hub.invoke("Say", `${n}`);
  const texts = (await collect(hub.stream("History"))).map(({ text }) => text);
  assert.deepEqual(texts, Array.from({ length: 100 }, (_, n) => `${n + 5}`));
});

testBoth("the pulse beats until its room ends", async (t, protocol) => {
  const room = unique("room");
  const ann = await visit(t, protocol, room);
  const beats = new Inbox();
  const ended = new Promise((resolve, reject) => {
    ann.hub.stream("Pulse").subscribe({ next: (pulse) => beats.take([pulse]), complete: resolve, error: reject });
  });
  await beats.next(({ people, messages }) => people === 1 && messages === 0);
  await ann.hub.invoke("Say", "one");
  await beats.next(({ messages }) => messages === 1);
  const bob = await visit(t, protocol, room);
  await beats.next(({ people }) => people === 2);
  await bob.hub.stop();
  await beats.next(({ people }) => people === 1);
  assert.equal(await ann.hub.invoke("EndRoom"), true);
  await ended;
});

testBoth("whispers reach every connection of a user, and the author", async (t, protocol) => {
  const name = unique("Ann");
  const [ann, tab, bob] = [await visit(t, protocol, null, name), await visit(t, protocol, null, name), await visit(t, protocol)];
  await bob.hub.invoke("Whisper", name, "psst");
  for (const { receiveMessage } of [ann, tab, bob]) {
    const [message] = await receiveMessage.next(withText("psst"));
    assert.deepEqual([message.kind, message.from, message.to], ["whisper", bob.user, name]);
  }
});

testBoth("a note arrives in pieces, each confirmed", async (t, protocol) => {
  const room = unique("room");
  const [ann, bob] = [await visit(t, protocol, room), await visit(t, protocol, room)];
  const chunks = new Subject();
  const shared = ann.hub.invoke("ShareNote", "Title", chunks);
  for (const [chunk, bytes] of [["one ", 4], ["zwö ", 9], ["🙂", 13]]) {
    chunks.next(chunk);
    assert.deepEqual(await ann.noteProgress.next(), [bytes]);
  }
  chunks.complete();
  assert.equal(await shared, 13);
  const [note] = await bob.receiveMessage.next(({ kind }) => kind === "note");
  assert.deepEqual([note.title, note.text], ["Title", "one zwö 🙂"]);
  endsWith(`A note has at most ${NOTE} bytes.`)(await refusal(ann.hub.invoke("ShareNote", "Long", upload(Array(65).fill("x".repeat(1024))))));
});

testBoth("everybody else in a room is asked before it ends", async (t, protocol) => {
  const room = unique("room");
  const [ann, bob, cy] = [await visit(t, protocol, room), await visit(t, protocol, room), await visit(t, protocol, room)];
  const answers = [false, true];
  const questions = [];
  bob.hub.on("agree", (question) => {
    questions.push(question);
    return answers.shift();
  });
  cy.hub.on("agree", () => Promise.resolve(true));
  assert.equal(await ann.hub.invoke("EndRoom"), false);
  await ann.receiveMessage.next(withText(`${bob.user} disagreed.`));
  await ann.receiveMessage.next(withText(`${cy.user} agreed.`));
  assert.equal(await ann.hub.invoke("EndRoom"), true);
  for (const { roomEnded } of [ann, bob, cy]) assert.deepEqual(await roomEnded.next(), [room]);
  assert.equal(questions[0], `${ann.user} wants to end “${room}”. Do you agree?`);
});

testBoth("whoever leaves while being asked does not hold up the vote", async (t, protocol) => {
  const room = unique("room");
  const [ann, bob] = [await visit(t, protocol, room), await visit(t, protocol, room)];
  bob.hub.on("agree", () => bob.hub.stop());
  assert.equal(await ann.hub.invoke("EndRoom"), true);
});

testBoth("mistakes are told to the one who made them", async (t, protocol) => {
  const { hub } = await visit(t, protocol);
  for (const [call, text] of [
    [["Say", "x"], "Enter a room first."],
    [["EndRoom"], "Enter a room first."],
    [["Enter", " "], "A name needs at least one letter."],
    [["Enter", "x".repeat(25)], "A name has at most 24 letters, not 25."],
    [["Whisper", "nobody", "x"], "Nobody here is called nobody."],
  ]) {
    endsWith(text)(await refusal(hub.invoke(...call)));
  }
  endsWith("Enter a room first.")(await refusal(collect(hub.stream("History"))));
  await hub.invoke("Enter", "lobby");
  endsWith("The lobby stays open.")(await refusal(hub.invoke("EndRoom")));
  endsWith("A message has at most 2000 letters, not 2001.")(await refusal(hub.invoke("Say", "ß".repeat(2001))));
});

testBoth("without a name nobody comes in", async (t, protocol) => {
  const hub = build(url(" "), protocol);
  const closed = new Promise((resolve) => hub.onclose(resolve));
  const started = hub.start();
  endsWith("Choose a name of 1 to 24 letters.")((await started.then(() => closed, (error) => error)).message);
});
