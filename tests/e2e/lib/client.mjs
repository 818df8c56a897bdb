// The official client, opened and closed with the test that uses it.
import { test } from "node:test";
import * as signalr from "@microsoft/signalr";
import { MessagePackHubProtocol } from "@microsoft/signalr-protocol-msgpack";

/** The protocols to test: both, unless E2E_PROTOCOLS says otherwise (the reference server here has JSON alone). */
export const PROTOCOLS = (process.env.E2E_PROTOCOLS ?? "json,messagepack").split(",");

export const { Subject } = signalr;

/** The address in the variable `name`, without the slash at its end. */
export function address(name) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name} to the address of the server under test`);
  return value.replace(/\/$/, "");
}

/** Declares one test for each protocol. */
export function testBoth(title, body) {
  for (const protocol of PROTOCOLS) test(`${title} (${protocol})`, (t) => body(t, protocol));
}

/** A connection that is not started yet. */
export function build(url, protocol, options = {}) {
  const builder = new signalr.HubConnectionBuilder().withUrl(url, options).configureLogging(signalr.LogLevel.None);
  if (protocol === "messagepack") builder.withHubProtocol(new MessagePackHubProtocol());
  return builder.build();
}

/** A started connection, stopped at the test's end. */
export async function open(t, url, protocol, options) {
  const connection = build(url, protocol, options);
  t.after(() => connection.stop());
  await connection.start();
  return connection;
}

/** All items of a stream. */
export function collect(stream) {
  return new Promise((resolve, reject) => {
    const items = [];
    stream.subscribe({ next: (item) => items.push(item), complete: () => resolve(items), error: reject });
  });
}

/** An upload of these items: unlike a Subject, which forgets what it is given before it is sent. */
export function upload(items) {
  return {
    subscribe(observer) {
      for (const item of items) observer.next(item);
      observer.complete();
      return { dispose() {} };
    },
  };
}

/** What a promise was rejected with, as text. */
export async function refusal(promise) {
  const value = await promise.then((value) => ({ value }), (error) => error);
  if (value instanceof Error) return value.message;
  throw new Error(`expected a refusal, got ${JSON.stringify(value)}`);
}
