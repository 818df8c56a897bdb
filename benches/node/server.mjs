// `ws` on Node.js: the hub protocol by hand, two methods. `node server.mjs PORT`
import { WebSocketServer } from "ws";

const END = "\x1e";
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  path: "/bench",
  backlog: 1024,
  perMessageDeflate: false,
});

function react(socket, message) {
  if (message.protocol) return socket.send("{}" + END);
  if (message.type !== 1) return;
  const text = String(message.arguments[0]);
  const answer = (result) =>
    socket.send(JSON.stringify({ type: 3, invocationId: message.invocationId, result }) + END);
  switch (message.target) {
    case "Echo":
      return answer(text);
    case "Broadcast": {
      const all = JSON.stringify({ type: 1, target: "Receive", arguments: [text] }) + END;
      for (const client of server.clients) client.send(all);
      return answer(null);
    }
  }
}

server.on("connection", (socket) => {
  socket.on("error", () => socket.terminate());
  socket.on("message", (data) => {
    for (const message of data.toString().split(END)) {
      if (message) react(socket, JSON.parse(message));
    }
  });
});
