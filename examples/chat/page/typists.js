const LASTS_MS = 3000;

/** Who is typing: everybody who said so within the last moments. */
export class Typists {
  #timers = new Map();
  #show;

  constructor(show) {
    this.#show = show;
  }

  add(user) {
    clearTimeout(this.#timers.get(user));
    this.#timers.set(user, setTimeout(() => this.remove(user), LASTS_MS));
    this.#show([...this.#timers.keys()]);
  }

  remove(user) {
    clearTimeout(this.#timers.get(user));
    this.#timers.delete(user);
    this.#show([...this.#timers.keys()]);
  }

  clear() {
    for (const user of [...this.#timers.keys()]) this.remove(user);
  }
}
