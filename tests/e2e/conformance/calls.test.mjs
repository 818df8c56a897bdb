// Calls with values of every type, and what comes back.
import assert from "node:assert/strict";
import { address, open, testEach } from "../lib/client.mjs";

const HUB = `${address("CONFORMANCE_URL")}/hub`;

// Method, then values that must come back as they were sent.
const SAME_IN_BOTH = {
  Echo: ["", "hello", null, "line\nbreak", "\u0000\u001f", "quote \" backslash \\", "ünïcödé 漢字 🙂👩‍👩‍👧 \u2028 \ufeff"],
  EchoAsync: ["later"],
  EchoMaybe: [null, 0, -1, 2147483647],
  EchoDouble: [0, 0.1, -1.5, 1e21, 1e-7, Number.MAX_VALUE, 5e-324],
  EchoFloat: [0.5, -2, 1.25],
  EchoLong: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  EchoULong: [0, 4294967296, Number.MAX_SAFE_INTEGER],
  EchoByte: [0, 127, 128, 255],
  EchoBool: [true, false],
  EchoList: [[], [1, -2, 2147483647]],
  EchoInts: [[], [0, 127, 128, 65535, 65536]],
  EchoMap: [{}, { a: "1", "ключ": "значение", none: null }],
  EchoAny: [null, 1, "x", [1, [2, { three: null }]], { a: { b: [true, 0.5] } }],
  EchoGuid: ["00000000-0000-0000-0000-000000000000", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
};

for (const [method, values] of Object.entries(SAME_IN_BOTH)) {
  testEach(`${method} returns what it was given`, async (t, way) => {
    const hub = await open(t, HUB, way);
    for (const value of values) assert.deepEqual(await hub.invoke(method, value), value);
  });
}

testEach("calls are found whatever their case", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("eCHO", "x"), "x");
  assert.equal(await hub.invoke("takesasync"), "async");
});

testEach("sums, also beyond the end", async (t, way) => {
  const hub = await open(t, HUB, way);
  assert.equal(await hub.invoke("Add", 2, 3), 5);
  assert.equal(await hub.invoke("AddValue", -2, 3), 1);
  assert.equal(await hub.invoke("Add", 2147483647, 1), -2147483648);
});

testEach("methods without a result", async (t, way) => {
  const hub = await open(t, HUB, way);
  for (const method of ["Nothing", "NothingAsync", "NothingValue", "EchoNothing"]) {
    assert.equal(await hub.invoke(method), null);
  }
});

testEach("sequences, renamed methods, services and context", async (t, way) => {
  const hub = await open(t, `${HUB}?colour=red&colour=blue`, way);
  assert.deepEqual(await hub.invoke("Numbers", 4), [0, 1, 2, 3]);
  assert.equal(await hub.invoke("Optional", "a", "b"), "a:b");
  assert.equal(await hub.invoke("renamed.method"), "renamed");
  assert.equal(await hub.invoke("Greet", "Ada"), "Hello, Ada");
  assert.equal(await hub.invoke("GreetKeyed", "Ada"), "HELLO, ADA");
  assert.equal(await hub.invoke("ConnectionId"), hub.connectionId);
  assert.equal(await hub.invoke("UserIdentifier"), null);
  assert.equal(await hub.invoke("Query", "colour"), "red,blue");
  assert.equal(await hub.invoke("Query", "absent"), null);
  assert.equal(await hub.invoke("Transport"), way.transport);
  await hub.invoke("Remember", "key", "value");
  assert.equal(await hub.invoke("Recall", "key"), "value");
  assert.equal(await hub.invoke("Recall", "other"), null);
});

testEach("bytes: base64 in JSON, bytes in MessagePack", async (t, way) => {
  const hub = await open(t, HUB, way);
  const bytes = Uint8Array.of(0, 1, 127, 128, 255);
  if (way.protocol === "json") {
    assert.equal(await hub.invoke("EchoBytes", "AAF/gP8="), "AAF/gP8=");
  } else {
    assert.deepEqual(new Uint8Array(await hub.invoke("EchoBytes", bytes)), bytes);
  }
});

testEach("times: text in JSON, timestamps and ticks in MessagePack", async (t, way) => {
  const hub = await open(t, HUB, way);
  if (way.protocol === "json") {
    assert.equal(await hub.invoke("EchoDate", "2024-01-02T03:04:05.678Z"), "2024-01-02T03:04:05.678Z");
    assert.equal(await hub.invoke("EchoDateOffset", "2024-01-02T03:04:05+02:00"), "2024-01-02T03:04:05+02:00");
    assert.equal(await hub.invoke("EchoSpan", "1.02:03:04"), "1.02:03:04");
  } else {
    const date = new Date("2024-01-02T03:04:05.678Z");
    assert.deepEqual(await hub.invoke("EchoDate", date), date);
    assert.deepEqual(await hub.invoke("EchoDateOffset", [date, 120]), [date, 120]);
    assert.equal(await hub.invoke("EchoSpan", 937840000000), 937840000000);
  }
});

testEach("structures, whole and with members left out", async (t, way) => {
  const hub = await open(t, HUB, way);
  const ada = { firstName: "Ada", age: 36, tags: ["x", "y"], bestFriend: { firstName: "Bob", age: 1, tags: null, bestFriend: null } };
  assert.deepEqual(await hub.invoke("EchoPerson", ada), ada);
  const nobody = { firstName: null, age: 0, tags: null, bestFriend: null };
  assert.deepEqual(await hub.invoke("EchoPerson", {}), nobody);
  assert.deepEqual(await hub.invoke("EchoPerson", { surname: "unknown" }), nobody);
  if (way.protocol === "json") assert.equal(await hub.invoke("EchoColour", 2), 2);
});

testEach("many calls at once are answered in order", async (t, way) => {
  const hub = await open(t, HUB, way);
  const order = [];
  await Promise.all(Array.from({ length: 500 }, async (_, n) => order.push(await hub.invoke("Echo", `${n}`))));
  assert.deepEqual(order, Array.from({ length: 500 }, (_, n) => `${n}`));
});
