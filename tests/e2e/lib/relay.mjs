// A relay in front of a server, whose connections a test can cut as a bad network would.
import { connect, createServer } from "node:net";
import { once } from "node:events";

export class Relay {
  #sockets = new Set();
  #server;

  /** A relay to the server at `url`, closed at the test's end. */
  static async open(t, url) {
    const relay = new Relay();
    const { hostname, port } = new URL(url);
    relay.#server = createServer((near) => relay.#join(near, connect(Number(port), hostname)));
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    t.after(() => {
      relay.#server.close();
      relay.cut();
    });
    return relay;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Breaks every connection that is open now. */
  cut() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(near, far) {
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => this.#sockets.delete(one));
      one.pipe(other);
    }
  }
}
