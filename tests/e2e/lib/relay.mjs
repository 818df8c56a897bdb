// A relay in front of a server, whose connections a test can cut as a bad network would.
import { connect, createServer } from "node:net";
import { once } from "node:events";

export class Relay {
  #sockets = new Set();
  #isDown = false;
  #server;

  /** A relay to the server at `url`, closed at the test's end. */
  static async open(t, url) {
    const relay = new Relay();
    const { hostname, port } = new URL(url);
    relay.#server = createServer((near) => relay.#join(near, connect(Number(port), hostname).on("error", () => near.destroy())));
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

  /** Breaks every connection, and every new one until it is `up` again. */
  down() {
    this.#isDown = true;
    this.cut();
  }

  up() {
    this.#isDown = false;
  }

  #join(near, far) {
    if (this.#isDown) {
      near.on("error", () => {});
      near.resetAndDestroy();
      far.destroy();
      return;
    }
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => this.#sockets.delete(one));
      one.pipe(other);
    }
  }
}
