import { Hub } from "./hub.js";
import { loadScripts } from "./scripts.js";
import { Typists } from "./typists.js";
import * as view from "./view.js";

const LOBBY = "lobby";
const TELL_TYPING_EVERY_MS = 1500;

const find = (id) => document.getElementById(id);
const typists = new Typists(view.showTyping);
const whispers = []; // not part of any room's history, so kept here
let hub = null;
let user = "";
let room = LOBBY;
let addressee = null;
let toldTyping = 0;
let noteSize = 0;
let pulse = null;
let answered = Promise.resolve(true);

/** What the server may call, by the names it uses (without regard to case). */
const client = {
  receiveMessage(message) {
    if (message.kind === "whisper") whispers.push(message);
    typists.remove(message.from);
    view.showMessage(message, user);
  },
  typing: (who) => typists.add(who),
  rooms: (rooms) => view.showRooms(rooms, room),
  people: (people) => view.showPeople(people, user),
  noteProgress: (bytes) => view.showNote(bytes, noteSize),
  roomEnded: (ended) => ended === room && attempt(() => enter(LOBBY)),
  agree: (question) => (answered = answered.then(() => view.ask(question))), // one dialog at a time
  stateChanged(state, cause) {
    view.showState(state);
    if (state === "Connected") attempt(() => enter(room)); // the server forgets a lost connection's groups
    if (state === "Disconnected" && hub !== null) goOut(cause ?? new Error("The connection is gone."));
  },
};

async function connect(protocol) {
  view.showState("Connecting");
  hub = new Hub(user, protocol, client);
  try {
    await hub.start();
    view.showState("Connected");
    view.showChat(true);
    await enter(room);
  } catch (error) {
    goOut(error);
  }
}

async function switchTo(protocol) {
  if (hub === null) return;
  const left = hub;
  hub = null;
  view.showState("Connecting");
  await left.stop();
  await connect(protocol);
}

function goOut(cause) {
  hub = null;
  view.showState("Disconnected");
  view.showChat(false);
  view.showError("entrance-error", cause);
}

async function enter(next) {
  pulse?.dispose();
  await hub.enter(next);
  room = next;
  typists.clear();
  view.showRoom(room, room === LOBBY);
  for (const message of whispers) view.showMessage(message, user);
  hub.history((message) => view.showMessage(message, user));
  pulse = hub.pulse(view.showPulse);
}

function address(to) {
  addressee = to;
  view.showAddressee(to);
  find("text").focus();
}

async function send() {
  const text = find("text").value;
  await (addressee === null ? hub.say(text) : hub.whisper(addressee, text));
  find("text").value = "";
  toldTyping = 0;
}

function tellTyping() {
  if (addressee !== null || Date.now() - toldTyping < TELL_TYPING_EVERY_MS) return;
  toldTyping = Date.now();
  attempt(() => hub.typing());
}

async function shareNote() {
  const [file] = find("note-file").files;
  const text = file ? await file.text() : find("note-text").value;
  noteSize = new TextEncoder().encode(text).length;
  view.showNote(0, noteSize);
  await hub.shareNote(find("note-title").value, text);
  find("note-form").reset();
}

/** Does something that may fail, and says so where the user looks. */
async function attempt(action) {
  view.showError("error", null);
  try {
    await action();
  } catch (error) {
    view.showError("error", error);
  }
}

function onSubmit(id, action) {
  find(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

const protocol = () => document.querySelector("[name=protocol]:checked").value;

onSubmit("entrance-form", () => {
  user = find("name").value.trim();
  view.showError("entrance-error", null);
  connect(protocol());
});
onSubmit("composer", () => attempt(send));
onSubmit("new-room", () => attempt(async () => {
  await enter(find("new-room-name").value.trim());
  find("new-room").reset();
}));
onSubmit("note-form", () => {
  find("note-dialog").close();
  attempt(shareNote);
});
find("protocol").addEventListener("change", () => switchTo(protocol()));
find("rooms").addEventListener("click", ({ target }) => {
  const row = target.closest("[data-room]");
  if (row) attempt(() => enter(row.dataset.room));
});
find("people").addEventListener("click", ({ target }) => {
  const row = target.closest("[data-user]");
  if (row) address(row.dataset.user);
});
find("private").addEventListener("click", () => address(null));
find("text").addEventListener("input", tellTyping);
find("end-room").addEventListener("click", () => attempt(() => hub.endRoom()));
find("open-note").addEventListener("click", () => find("note-dialog").showModal());
find("note-cancel").addEventListener("click", () => find("note-dialog").close());
find("note-file").addEventListener("change", ({ target }) => {
  find("note-text").required = target.files.length === 0;
  if (find("note-title").value === "") find("note-title").value = target.files[0]?.name ?? "";
});

const scripts = await loadScripts();
find("script-notice").textContent = scripts.problem;
find("script-notice").hidden = scripts.problem === "";
find("enter").disabled = !scripts.client;
document.querySelector("[value=messagepack]").disabled = !scripts.messagePack;
