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

/** The transports to test, unless E2E_TRANSPORTS names fewer. */
const TRANSPORTS = (process.env.E2E_TRANSPORTS ?? "WebSockets,ServerSentEvents,LongPolling").split(",");

/** Each protocol over each transport that can carry it. */
export const WAYS = TRANSPORTS.flatMap((transport) =>
  PROTOCOLS.filter((protocol) => protocol === "json" || transport !== "ServerSentEvents").map((protocol) => ({
    protocol,
    transport,
    toString: () => `${protocol} over ${transport}`,
  })),
);

/** Declares one test for each protocol. */
export function testBoth(title, body) {
  for (const protocol of PROTOCOLS) test(`${title} (${protocol})`, (t) => body(t, protocol));
}

/** Declares one test for each way to talk to a hub. */
export function testEach(title, body) {
  for (const way of WAYS) test(`${title} (${way})`, (t) => body(t, way));
}

/** What builds a connection over a way, or by a protocol alone. */
export function builder(url, way, options = {}) {
  const { protocol, transport } = typeof way === "string" ? { protocol: way } : way;
  const builder = new signalr.HubConnectionBuilder()
    .withUrl(url, { transport: signalr.HttpTransportType[transport], ...options })
    .configureLogging(signalr.LogLevel.None);
  if (protocol === "messagepack") builder.withHubProtocol(new MessagePackHubProtocol());
  return builder;
}

/** A connection that is not started yet. */
export function build(url, way, options) {
  return builder(url, way, options).build();
}

/** A started connection, stopped at the test's end. */
export async function open(t, url, way, options) {
  const connection = build(url, way, options);
  t.after(() => connection.stop());
  await connection.start();
  return connection;
}

/** How many connections may be open beside each other: a browser makes only six requests to a server at a time. */
export function connectionsAtOnce(way) {
  return globalThis.window && way.transport !== "WebSockets" ? 4 : 50;
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
