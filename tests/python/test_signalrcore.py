"""signalrcore, another client than Microsoft's: threads, three transports, both protocols."""

import logging
import os
import threading
import unittest
from queue import Queue

from signalrcore.hub.handlers import StreamHandler
from signalrcore.hub_connection_builder import HubConnectionBuilder
from signalrcore.messages.stream_invocation_message import StreamInvocationMessage
from signalrcore.subject import Subject
from signalrcore.types import HttpTransportType, HubProtocolEncoding

SERVER = os.environ["CONFORMANCE_URL"]
PATIENCE = 20


class Hub:
    """A started connection whose calls can be waited for."""

    def __init__(self, check, path, **options):
        builder = HubConnectionBuilder().with_url(SERVER + path, options={"transport": check.transport, **options})
        builder.configure_logging(logging.CRITICAL)
        self.connection = builder.with_hub_protocol(check.protocol).build()
        self.received = Queue()
        self.errors = Queue()
        self.connection.on("Receive", self.received.put)
        self.connection.on_error(self.errors.put)
        is_open = threading.Event()
        self.connection.on_open(is_open.set)
        # In a thread of its own: it may wait for one that waits for the server.
        check.addCleanup(lambda: threading.Thread(target=self.connection.stop, daemon=True).start())
        self.connection.start()
        check.assertTrue(is_open.wait(PATIENCE), "the connection does not open")

    def invoke(self, method, *arguments):
        completed = Queue()
        self.connection.invoke(method, list(arguments), completed.put)
        return completed.get(timeout=PATIENCE).result

    def stream(self, method, *arguments):
        items = []
        completed = Queue()
        # Not `connection.stream`, which sends before anybody can subscribe.
        handler = StreamHandler(method, "stream")
        handler.subscribe({"next": items.append, "complete": completed.put, "error": completed.put})
        self.connection.stream_handlers["stream"].append(handler)
        self.connection.transport.send(StreamInvocationMessage("stream", method, list(arguments)))
        completed.get(timeout=PATIENCE)
        return items


class Few:
    """What works over every transport, also against ASP.NET Core."""

    transport = None
    protocol = HubProtocolEncoding.text

    def open(self, path="/hub", **options):
        return Hub(self, path, **options)

    def test_calls(self):
        hub = self.open()
        self.assertEqual(hub.invoke("Transport"), self.transport.value)
        for text in ["", "hello", "ünïcödé 漢字 🙂", "x" * 30_000]:
            self.assertEqual(hub.invoke("Echo", text), text)
        self.assertEqual(hub.invoke("Add", 2, 3), 5)
        self.assertEqual(hub.invoke("EchoDouble", 0.5), 0.5)
        self.assertIsNone(hub.invoke("Nothing"))
        ada = {"firstName": "Ada", "age": 36, "tags": ["x"], "bestFriend": None}
        self.assertEqual(hub.invoke("EchoPerson", ada), ada)

    def test_a_call_that_fails(self):
        hub = self.open()
        hub.connection.invoke("ThrowHub", ["seen"])
        message = hub.errors.get(timeout=PATIENCE)
        self.assertEqual(message.error, "An unexpected error occurred invoking 'ThrowHub' on the server. HubException: seen")
        self.assertEqual(hub.invoke("Echo", "still there"), "still there")

    def test_messages_to_a_group(self):
        one, two = self.open(), self.open()
        two.invoke("Join", f"python {self.id()}")
        one.invoke("SendGroup", f"python {self.id()}", "hello")
        self.assertEqual(two.received.get(timeout=PATIENCE), ["hello"])


class Most(Few):
    def test_a_stream(self):
        self.assertEqual(self.open().stream("Counter", 5), [0, 1, 2, 3, 4])

    def test_a_token(self):
        hub = self.open("/authorized", access_token_factory=lambda: "ann/admin")
        self.assertEqual(hub.invoke("UserIdentifier"), "ann")
        self.assertEqual(hub.invoke("OnlyAdmins"), "admin")


class All(Most):
    def test_an_upload(self):
        hub = self.open()
        upload = Subject()
        hub.connection.invoke("UploadBack", upload)
        for item in [1, 2, 3]:
            upload.next(item)
        upload.complete()
        got = [hub.received.get(timeout=PATIENCE)[0] for _ in range(3)]
        self.assertEqual([int(item) for item in got], [1, 2, 3])


class WebSockets(All, unittest.TestCase):
    transport = HttpTransportType.web_sockets


class WebSocketsMessagePack(Most, unittest.TestCase):
    # Its uploads have no place for an invocation's id in this protocol, which nobody can read.
    transport = HttpTransportType.web_sockets
    protocol = HubProtocolEncoding.binary


class ServerSentEvents(All, unittest.TestCase):
    transport = HttpTransportType.server_sent_events


class LongPolling(Few, unittest.TestCase):
    transport = HttpTransportType.long_polling


if __name__ == "__main__":
    unittest.main()
