// What the page shows. Names and texts of other people only ever become text nodes.
const find = (id) => document.getElementById(id);
const SENTENCES = {
  Connecting: "Connecting…",
  Connected: "Connected",
  Reconnecting: "Connection lost, trying again…",
  Disconnected: "Not connected",
};

export function showState(state) {
  find("state").dataset.state = state;
  find("state").textContent = SENTENCES[state];
  for (const button of document.querySelectorAll("#composer button, #new-room button, #end-room")) {
    button.disabled = state !== "Connected";
  }
}

export function showChat(inside) {
  find("entrance").hidden = inside;
  find("chat").hidden = !inside;
}

export function showRoom(room, fixed) {
  find("room-name").textContent = room;
  find("end-room").hidden = fixed;
  find("pulse").textContent = "";
  find("messages").replaceChildren();
  for (const row of find("rooms").children) mark(row, row.dataset.room === room);
}

export function showRooms(rooms, here) {
  find("rooms").replaceChildren(...rooms.map(({ name, people }) => {
    const row = element("li", { room: name });
    row.append(element("button", {}, name), element("span", {}, String(people)));
    mark(row, name === here);
    return row;
  }));
}

export function showPeople(people, self) {
  find("people").replaceChildren(...people.map((user) => {
    const row = element("li", { user });
    const button = element("button", {}, user === self ? `${user} (you)` : user);
    button.title = `Write to ${user} alone`;
    row.append(avatar(user), button);
    return row;
  }));
}

export function showPulse({ people, messages }) {
  find("pulse").textContent = `${people} here · ${messages} ${messages === 1 ? "message" : "messages"}`;
}

export function showTyping(users) {
  find("typing").textContent = users.length === 0 ? "" : `${users.join(", ")} ${users.length === 1 ? "is" : "are"} typing…`;
}

export function showAddressee(user) {
  find("private").hidden = user === null;
  find("private").textContent = user === null ? "" : `only to ${user} ×`;
}

export function showNote(done, total) {
  find("note-status").hidden = false;
  find("note-progress").max = total;
  find("note-progress").value = done;
  find("note-count").textContent = `${done} of ${total} bytes arrived`;
}

export function showError(id, error) {
  find(id).textContent = error === null ? "" : plainly(error);
}

/** Puts a message where its time says, once. */
export function showMessage(message, self) {
  const list = find("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  let before = list.lastElementChild;
  while (before && Number(before.dataset.at) > message.at) before = before.previousElementSibling;
  if (before && Number(before.dataset.at) === message.at) return;
  const item = messageItem(message, self);
  if (before) before.after(item);
  else list.prepend(item);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** Asks with a dialog; resolves to whether the answer was yes. */
export function ask(question) {
  const dialog = find("question");
  find("question-text").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answered) => {
    dialog.addEventListener("close", () => answered(dialog.returnValue === "yes"), { once: true });
  });
}

function messageItem({ at, kind, from, to, text, title }, self) {
  const item = element("li", { at, kind, from });
  if (kind === "notice") {
    item.append(element("span", {}, text));
    return item;
  }
  item.classList.toggle("own", from === self);
  const head = element("p", { part: "head" });
  const time = new Date(at / 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  head.append(element("b", {}, from), element("time", {}, time));
  if (kind === "whisper") head.append(element("em", {}, `only to ${to === self ? "you" : to}`));
  const body = element("div", { part: "bubble" });
  body.append(head, kind === "note" ? note(title, text) : element("p", { part: "text" }, text));
  item.append(avatar(from), body);
  return item;
}

function note(title, text) {
  const details = element("details", {});
  details.append(element("summary", {}, title), element("pre", { part: "text" }, text));
  return details;
}

function avatar(user) {
  const circle = element("span", { part: "avatar" }, [...user][0].toUpperCase());
  const hue = [...user].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  circle.style.setProperty("--hue", hue);
  circle.ariaHidden = "true";
  return circle;
}

function element(tag, data, text) {
  const made = document.createElement(tag);
  Object.assign(made.dataset, data);
  if (text !== undefined) made.textContent = text;
  return made;
}

function mark(row, current) {
  if (current) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
}

// The client wraps what a hub method said about its failure: "… HubException: Nobody is called Bob."
function plainly(error) {
  return String(error.message ?? error).replace(/^.*?HubException: /s, "");
}
