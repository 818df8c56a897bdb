// What arrives at a client, kept until a test asks for it.
export class Inbox {
  #arrivals = [];
  #waiting = [];

  /** What a connection receives for one client method; each arrival is the list of its values. */
  static of(connection, method) {
    const inbox = new Inbox();
    connection.on(method, (...values) => inbox.take(values));
    return inbox;
  }

  take(values) {
    const index = this.#waiting.findIndex(({ wanted }) => wanted(...values));
    if (index < 0) this.#arrivals.push(values);
    else this.#waiting.splice(index, 1)[0].resolve(values);
  }

  /** The first arrival not yet given out that `wanted` accepts, now or when it comes. */
  next(wanted = () => true) {
    const index = this.#arrivals.findIndex((values) => wanted(...values));
    if (index >= 0) return Promise.resolve(this.#arrivals.splice(index, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  /** The only values of all arrivals up to the one that is `last`, which is left out. */
  async until(last) {
    const values = [];
    for (;;) {
      const [value] = await this.next();
      if (value === last) return values;
      values.push(value);
    }
  }
}
