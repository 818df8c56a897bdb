// Stands in for lib/relay.mjs in a page, which has reached its server through a relay in the first place.
export class Relay {
  static async open() {
    return new Relay();
  }

  url = location.origin;

  cut() {
    return globalThis.relayCut();
  }

  down() {
    return globalThis.relayDown();
  }

  up() {
    return globalThis.relayUp();
  }
}
