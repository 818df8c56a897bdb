use futures_util::future::join_all;
use signalr::client::ConnectionState;
use signalr::error::CloseReason;
use signalr::{HubConnection, HubProtocol, InvokeError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::server::{drain, frame, over_socket, text};
use crate::watch::{Ends, soon};

/// How a connection ends to whose server these frames belong.
async fn ended(protocol: HubProtocol, frames: Vec<u8>) -> CloseReason {
    let link = over_socket(move |mut stream: TcpStream| {
        let frames = frames.clone();
        async move {
            stream.write_all(&text("{}\u{1e}")).await?;
            stream.write_all(&frames).await?;
            drain(stream).await
        }
    })
    .await
    .protocol(protocol)
    .build()
    .expect("valid");
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
    reason
}

#[tokio::test]
async fn a_message_without_end_is_cut() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        loop {
            stream.write_all(&text(&"x".repeat(1024))).await?;
        }
    })
    .await
    .maximum_receive_message_size(100_000)
    .build()
    .expect("valid");
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert_eq!(reason, CloseReason::MessageTooLarge { limit: 100_000 });
}

#[tokio::test]
async fn a_message_that_is_said_to_be_giant_is_refused_before_it_comes() {
    // The prefix says 2 GB.
    let reason = ended(
        HubProtocol::MessagePack,
        frame(0x82, &[0xff, 0xff, 0xff, 0xff, 0x07, 0x95]),
    )
    .await;
    assert!(
        matches!(reason, CloseReason::MessageTooLarge { .. }),
        "{reason}"
    );
}

/// All these messages, each to a client of its own, which leaves.
async fn all_end_the_connection(protocol: HubProtocol, messages: Vec<Vec<u8>>) {
    let ending = messages.into_iter().map(async |message| {
        let shown = message[..message.len().min(100)].escape_ascii().to_string();
        let reason = ended(protocol, message).await;
        assert!(
            matches!(reason, CloseReason::Protocol(_)),
            "{shown}: {reason}"
        );
    });
    join_all(ending).await;
}

#[tokio::test]
async fn messages_that_are_none_end_the_connection() {
    let nested = format!(
        "{{\"type\":1,\"target\":\"X\",\"arguments\":[{}{}]}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let messages = [
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        "{\"type\":\"1\"}",
        "{\"type\":1}",
        "{\"type\":1,\"target\":7,\"arguments\":[]}",
        "{\"type\":1,\"target\":\"X\",\"arguments\":{}}",
        "{\"type\":2,\"item\":1}",
        "{\"type\":3,\"invocationId\":\"1\",\"result\":1,\"error\":\"both\"}",
        "{\"type\":7,\"allowReconnect\":7}",
        &nested,
    ];
    let messages = messages.map(|message| text(&format!("{message}\u{1e}")));
    all_end_the_connection(HubProtocol::Json, messages.into()).await;
}

#[tokio::test]
async fn bad_messagepack_ends_the_connection() {
    let bodies = [
        // Nothing, nil, a text, a map.
        &[][..],
        &[0xc0],
        &[0xa1, b'x'],
        &[0x80],
        // An array of nothing, of 2^32 - 1 things, and an invocation that breaks off.
        &[0x90],
        &[0xdd, 0xff, 0xff, 0xff, 0xff],
        &[0x96, 0x01],
        // Texts and bytes that are longer than the message.
        &[0x96, 0x01, 0x80, 0xc0, 0xdb, 0xff, 0xff, 0xff, 0xff],
        &[
            0x95, 0x01, 0x80, 0xc0, 0xa1, b'X', 0xdd, 0xff, 0xff, 0xff, 0xff,
        ],
        // Headers without end; an id that is a number; an outcome of no kind; a type that is a text.
        &[0x95, 0x01, 0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0x94, 0x03, 0x80, 0x01, 0x02],
        &[0x94, 0x03, 0x80, 0xa1, b'1', 0x09],
        &[0x91, 0xa1, b'6'],
        // A code that is never used.
        &[0x95, 0x01, 0x80, 0xc0, 0xa1, b'X', 0x91, 0xc1],
    ];
    let mut messages: Vec<Vec<u8>> = bodies
        .iter()
        .map(|body| {
            let length = [u8::try_from(body.len()).expect("short")];
            frame(0x82, &[&length, *body].concat())
        })
        .collect();
    // A length that is none.
    messages.push(frame(0x82, &[0xff; 6]));
    // An argument that nests without end, in 100 008 bytes.
    let begin = [0xa8, 0x8d, 0x06, 0x95, 0x01, 0x80, 0xc0, 0xa1, b'X', 0x91];
    messages.push(frame(
        0x82,
        &[&begin[..], &[0x91; 100_000], &[0xc0]].concat(),
    ));
    all_end_the_connection(HubProtocol::MessagePack, messages).await;
}

#[tokio::test]
async fn what_nobody_asked_for_is_ignored() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        let mut all = String::new();
        for id in ["0", "2", "-1", "", "x", "18446744073709551616", "1e3", " 1"] {
            all += &format!("{{\"type\":3,\"invocationId\":\"{id}x\",\"result\":1}}\u{1e}");
            all += &format!("{{\"type\":2,\"invocationId\":\"{id}\",\"item\":1}}\u{1e}");
            all += &format!("{{\"type\":5,\"invocationId\":\"{id}x\"}}\u{1e}");
        }
        for message in [
            "{\"type\":99,\"what\":[1,2]}",
            "{\"type\":8,\"sequenceId\":77}",
            "{\"type\":9,\"sequenceId\":77}",
            "{\"type\":4,\"invocationId\":\"9\",\"target\":\"X\",\"arguments\":[]}",
            "{\"type\":1,\"target\":\"Nobody\",\"arguments\":[]}",
            // The call's answer, three times, with items before and after it.
            "{\"type\":3,\"invocationId\":\"1\",\"result\":7}",
            "{\"type\":3,\"invocationId\":\"1\",\"result\":8}",
            "{\"type\":2,\"invocationId\":\"1\",\"item\":8}",
            "{\"type\":3,\"invocationId\":\"1\",\"error\":\"changed my mind\"}",
        ] {
            all += &format!("{message}\u{1e}");
        }
        // After the client has called.
        let mut seen = Vec::new();
        while !seen.windows(4).any(|part| part == [0x81, 0x80 | 126, 0, 0]) && seen.len() < 60 {
            seen.push(tokio::io::AsyncReadExt::read_u8(&mut stream).await?);
        }
        stream.write_all(&text(&all)).await?;
        drain(stream).await
    })
    .await
    .build()
    .expect("valid");
    soon(link.start()).await.expect("a handshake");
    let answer = soon(link.invoke::<i32>("Add", (1, "x".repeat(100)))).await;
    assert_eq!(answer.expect("the first answer"), 7);
    assert_eq!(link.state(), ConnectionState::Connected);
}

#[tokio::test]
async fn items_behind_a_streams_end_are_ignored() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        let mut seen = Vec::new();
        // The handshake, the ping and the call, each with a header and a mask.
        while seen.len() < 100 {
            seen.push(tokio::io::AsyncReadExt::read_u8(&mut stream).await?);
        }
        let messages = [
            "{\"type\":2,\"invocationId\":\"1\",\"item\":1}",
            "{\"type\":3,\"invocationId\":\"1\"}",
            "{\"type\":2,\"invocationId\":\"1\",\"item\":2}",
            "{\"type\":3,\"invocationId\":\"1\",\"error\":\"late\"}",
        ];
        let all: String = messages.map(|message| format!("{message}\u{1e}")).concat();
        stream.write_all(&text(&all)).await?;
        drain(stream).await
    })
    .await
    .build()
    .expect("valid");
    soon(link.start()).await.expect("a handshake");
    let items = soon(link.stream::<i32>("Counter", ("x".repeat(100),))).await;
    let items: Vec<_> = soon(futures_util::StreamExt::collect(items.expect("sent"))).await;
    assert!(matches!(items[..], [Ok(1)]), "{items:?}");
    assert_eq!(link.state(), ConnectionState::Connected);
}

/// A call that is answered with something else than was asked for.
#[tokio::test]
async fn calls_fail_alone_where_their_answers_make_no_sense() {
    async fn call(link: &HubConnection) -> Result<i32, InvokeError> {
        soon(link.invoke("Add", ("x".repeat(100),))).await
    }
    for answer in [
        "{\"type\":3,\"invocationId\":\"1\",\"result\":\"text\"}",
        "{\"type\":3,\"invocationId\":\"1\",\"result\":99999999999}",
        "{\"type\":3,\"invocationId\":\"1\"}",
        "{\"type\":2,\"invocationId\":\"1\",\"item\":1}",
    ] {
        let link = over_socket(move |mut stream: TcpStream| async move {
            stream.write_all(&text("{}\u{1e}")).await?;
            let mut seen = Vec::new();
            while seen.len() < 100 {
                seen.push(tokio::io::AsyncReadExt::read_u8(&mut stream).await?);
            }
            stream.write_all(&text(&format!("{answer}\u{1e}"))).await?;
            drain(stream).await
        })
        .await
        .build()
        .expect("valid");
        soon(link.start()).await.expect("a handshake");
        let error = call(&link).await.expect_err("no number");
        assert!(
            matches!(error, InvokeError::Decode(_) | InvokeError::Unexpected(_)),
            "{error:?}"
        );
        assert_eq!(link.state(), ConnectionState::Connected);
    }
}
