// The calls a connection receives, kept until a test asks for them.
export class Inbox {
  #calls = [];
  #waiting = [];

  constructor(connection, method) {
    connection.on(method, (...values) => this.#arrived(values));
  }

  /** The first call not yet taken that `wanted` accepts, now or when it comes. */
  next(wanted = () => true) {
    const index = this.#calls.findIndex((values) => wanted(...values));
    if (index >= 0) return Promise.resolve(this.#calls.splice(index, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  /** Takes all calls up to the one whose only value is `last`, which stays out of the answer. */
  async until(last) {
    const values = [];
    for (;;) {
      const [value] = await this.next();
      if (value === last) return values;
      values.push(value);
    }
  }

  #arrived(values) {
    const index = this.#waiting.findIndex(({ wanted }) => wanted(...values));
    if (index < 0) this.#calls.push(values);
    else this.#waiting.splice(index, 1)[0].resolve(values);
  }
}
