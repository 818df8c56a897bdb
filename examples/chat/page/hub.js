// Every call the hub has and every call it makes, in one place.
const RETRY_AFTER_MS = [0, 500, 1000, 2000, 5000, 10000, 30000];
const CHUNK = /[^]{1,1024}/gu; // by code point, so that no chunk ends within a character

export class Hub {
  #connection;

  /** `client` has one method for each call the server may make, and `stateChanged`. */
  constructor(user, protocol, client) {
    const builder = new signalR.HubConnectionBuilder()
      .withUrl(`/chat?user=${encodeURIComponent(user)}`)
      .withAutomaticReconnect(RETRY_AFTER_MS)
      .configureLogging(signalR.LogLevel.Error);
    if (protocol === "messagepack") {
      builder.withHubProtocol(new signalR.protocols.msgpack.MessagePackHubProtocol());
    }
    const connection = (this.#connection = builder.build());
    for (const name of ["receiveMessage", "typing", "rooms", "people", "noteProgress", "roomEnded", "agree"]) {
      connection.on(name, (...values) => client[name](...values));
    }
    connection.onreconnecting(() => client.stateChanged("Reconnecting"));
    connection.onreconnected(() => client.stateChanged("Connected"));
    connection.onclose((cause) => client.stateChanged("Disconnected", cause));
  }

  start = () => this.#connection.start();
  stop = () => this.#connection.stop();
  enter = (room) => this.#connection.invoke("Enter", room);
  say = (text) => this.#connection.invoke("Say", text);
  whisper = (to, text) => this.#connection.invoke("Whisper", to, text);
  endRoom = () => this.#connection.invoke("EndRoom");
  typing = () => this.#connection.send("Typing"); // nobody waits for an answer to this
  history = (item, ended) => this.#connection.stream("History").subscribe(observer(item, ended));
  pulse = (item, ended) => this.#connection.stream("Pulse").subscribe(observer(item, ended));

  async shareNote(title, text) {
    const chunks = new signalR.Subject();
    const shared = this.#connection.invoke("ShareNote", title, chunks);
    for (const [chunk] of text.matchAll(CHUNK)) chunks.next(chunk);
    chunks.complete();
    return shared;
  }
}

function observer(next, complete = () => {}) {
  return { next, complete, error: complete };
}
