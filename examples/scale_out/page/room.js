import { loadScripts } from "/scripts.js";

const byId = (id) => document.getElementById(id);

// A number of its own for each tab, also after a reload. The proxy gives tabs to servers by it: all requests of a
// connection have to reach the same server, and cookies would put all tabs of a browser on one.
const number = sessionStorage.getItem("tab") ?? String(1 + Number(localStorage.getItem("tabs") ?? 0));
sessionStorage.setItem("tab", number);
localStorage.setItem("tabs", String(Math.max(number, localStorage.getItem("tabs") ?? 0)));
const name = `Tab ${number}`;
byId("tab").textContent = name;
document.title = `${name} · Two servers`;

let connection;

function connect(transport) {
  connection = new signalR.HubConnectionBuilder()
    .withUrl(`/room?tab=${number}`, { transport })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 500 })
    .configureLogging(signalR.LogLevel.Error)
    .build();
  connection.on("Said", show);
  connection.onreconnecting(() => isOn(null));
  connection.onreconnected(arrived);
  return start(connection);
}

async function start(link) {
  while (link === connection) {
    try {
      await link.start();
      return await arrived();
    } catch (error) {
      complain(error.message);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function arrived() {
  complain("");
  isOn(await connection.invoke("Server"));
  await count();
}

function isOn(server) {
  byId("server").textContent = server ?? "its way to a server";
  byId("server").dataset.server = server ?? "";
  byId("stop").disabled = byId("send").disabled = server === null;
}

async function count() {
  const { connections, servers } = await connection.invoke("Everybody");
  byId("everybody").textContent = `${plural(connections, "tab")} on ${plural(servers, "server")}`;
}

const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

function show(who, server, text) {
  const item = document.createElement("li");
  const place = document.createElement("b");
  place.textContent = server;
  place.dataset.server = server;
  item.append(place, ` ${who}: ${text}`);
  byId("said").append(item);
  item.scrollIntoView();
}

function complain(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

byId("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await connection.invoke("Say", name, byId("text").value);
    byId("text").value = "";
  } catch (error) {
    complain(error.message);
  }
});
byId("stop").addEventListener("click", () => connection.invoke("StopServer").catch((error) => complain(error.message)));
byId("transport").addEventListener("change", async (event) => {
  const old = connection;
  isOn(null);
  await old.stop();
  await connect(Number(event.target.value));
});

const { client, problem } = await loadScripts();
if (client) {
  setInterval(() => connection.state === "Connected" && count().catch(() => {}), 2000);
  await connect(Number(byId("transport").value));
} else {
  complain(problem);
}
