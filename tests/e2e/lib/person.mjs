// Somebody at the chat page, in a tab of their own.
export class Person {
  constructor(page, name) {
    this.page = page;
    this.name = name;
  }

  /** Opens a tab and goes to the lobby. */
  static async arrive(window, url, name, protocol) {
    const person = new Person(await window.newPage(), name);
    await person.page.goto(url);
    await person.choose(protocol);
    await person.page.fill("#name", name);
    await person.page.click("#enter");
    await person.isIn("lobby");
    return person;
  }

  choose(protocol) {
    return this.click(`#protocol label:has([value=${protocol}])`);
  }

  /** Clicks, in the tab in front: one behind draws nothing, and a click waits until what it hits is drawn. */
  async click(selector) {
    await this.page.bringToFront();
    await this.page.click(selector);
  }

  async say(text) {
    await this.page.fill("#text", text);
    await this.click("#send");
  }

  async whisper(to, text) {
    await this.click(`#people [data-user="${to}"] button`);
    await this.say(text);
    await this.page.locator(`#messages [data-kind=whisper]`, { hasText: text }).waitFor();
    await this.click("#private");
  }

  async open(room) {
    await this.page.fill("#new-room-name", room);
    await this.page.press("#new-room-name", "Enter");
    await this.isIn(room);
  }

  async enter(room) {
    await this.click(`#rooms [data-room="${room}"] button`);
    await this.isIn(room);
  }

  /** Waits until this is the room on the page, with its pulse arriving. */
  async isIn(room) {
    await this.page.locator("#room-name").getByText(room, { exact: true }).waitFor();
    await this.sees("#pulse", "here");
  }

  is(state) {
    return this.page.locator(`#state[data-state=${state}]`).waitFor();
  }

  /** Waits until something matching is on the page and visible. */
  sees(selector, text) {
    return this.page.locator(selector, { hasText: text }).first().waitFor();
  }

  /** Waits for a message and says who it is from. */
  async hears(text, kind = "said") {
    const message = this.page.locator(`#messages [data-kind=${kind}]`, { hasText: text });
    await message.waitFor();
    return message.getAttribute("data-from");
  }

  /** The texts of all messages of a kind, as shown now. */
  messages(kind = "said") {
    return this.page.locator(`#messages [data-kind=${kind}] [data-part=text]`).allTextContents();
  }
}
