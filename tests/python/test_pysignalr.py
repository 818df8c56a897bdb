"""pysignalr, another client than Microsoft's: asyncio, WebSockets, both protocols."""

import asyncio
import os
import unittest
from contextlib import asynccontextmanager

from pysignalr.client import SignalRClient
from pysignalr.protocol.json import JSONProtocol
from pysignalr.protocol.messagepack import MessagepackProtocol

SERVER = os.environ["CONFORMANCE_URL"]
PATIENCE = 20


class Hub:
    """A running client whose calls can be awaited."""

    def __init__(self, client):
        self.client = client
        self.received = asyncio.Queue()
        self.errors = asyncio.Queue()
        client.on("Receive", self.received.put)
        client.on_error(self.errors.put)

    async def invoke(self, method, *arguments):
        completed = asyncio.get_running_loop().create_future()

        async def complete(message):
            completed.set_result(message.result)

        await self.client.send(method, list(arguments), complete)
        return await completed

    async def stream(self, method, *arguments):
        items = []
        completed = asyncio.get_running_loop().create_future()

        async def take(item):
            items.append(item)

        async def complete(_):
            completed.set_result(items)

        await self.client.stream(method, list(arguments), take, complete, complete)
        return await completed


@asynccontextmanager
async def opened(protocol, path="/hub", **options):
    client = SignalRClient(SERVER + path, protocol=protocol(), **options)
    hub = Hub(client)
    is_open = asyncio.Event()

    async def tell():
        is_open.set()

    client.on_open(tell)
    running = asyncio.create_task(client.run())
    try:
        await asyncio.wait({running, asyncio.create_task(is_open.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield hub
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class Checks:
    protocol = None

    def opened(self, *arguments, **options):
        return opened(self.protocol, *arguments, **options)

    async def asyncSetUp(self):
        self.patience = asyncio.timeout(PATIENCE)
        await self.patience.__aenter__()

    async def asyncTearDown(self):
        await self.patience.__aexit__(None, None, None)

    async def test_calls(self):
        async with self.opened() as hub:
            for text in ["", "hello", "ünïcödé 漢字 🙂", "x" * 30_000]:
                self.assertEqual(await hub.invoke("Echo", text), text)
            self.assertEqual(await hub.invoke("Add", 2, 3), 5)
            self.assertEqual(await hub.invoke("EchoDouble", 0.5), 0.5)
            self.assertIsNone(await hub.invoke("Nothing"))
            ada = {"firstName": "Ada", "age": 36, "tags": ["x"], "bestFriend": None}
            self.assertEqual(await hub.invoke("EchoPerson", ada), ada)

    async def test_a_call_that_fails(self):
        async with self.opened() as hub:
            await hub.client.send("ThrowHub", ["seen"], hub.received.put)
            message = await hub.errors.get()
            self.assertEqual(message.error, "An unexpected error occurred invoking 'ThrowHub' on the server. HubException: seen")
            self.assertEqual(await hub.invoke("Echo", "still there"), "still there")

    async def test_a_stream(self):
        async with self.opened() as hub:
            self.assertEqual(await hub.stream("Counter", 5), [0, 1, 2, 3, 4])

    async def test_an_upload(self):
        async with self.opened() as hub:
            async with hub.client.client_stream("UploadBack") as upload:
                for item in [1, 2, 3]:
                    await upload.send(item)
            got = [(await hub.received.get())[0] for _ in range(3)]
            self.assertEqual([int(item) for item in got], [1, 2, 3])

    async def test_messages_to_a_group(self):
        async with self.opened() as one, self.opened() as two:
            await two.invoke("Join", "python")
            await one.invoke("SendGroup", "python", "hello")
            self.assertEqual(await two.received.get(), ["hello"])

    async def test_a_question(self):
        async with self.opened() as hub:

            async def answer(arguments):
                return f"re: {arguments[0]}"

            hub.client.on("Answer", answer)
            self.assertEqual(await hub.invoke("Ask", "why?"), "re: why?")

    async def test_a_token(self):
        # Not its token factory, which it asks too late for an endpoint that wants to know at negotiation.
        async with self.opened("/authorized", headers={"Authorization": "Bearer ann/admin"}) as hub:
            self.assertEqual(await hub.invoke("UserIdentifier"), "ann")
            self.assertEqual(await hub.invoke("OnlyAdmins"), "admin")


class Json(Checks, unittest.IsolatedAsyncioTestCase):
    protocol = JSONProtocol


class MessagePack(Checks, unittest.IsolatedAsyncioTestCase):
    protocol = MessagepackProtocol


if __name__ == "__main__":
    unittest.main()
