//! A fleet of which one half is ASP.NET Core, played byte for byte.

use std::sync::Arc;

use signalr::HubProtocol;
use signalr::server::lifetime::spec::TestClient;
use signalr::server::lifetime::{
    Answered, EncodedMessage, LifetimeManager, ProtocolSet, RawAnswer, Recipients,
};

use crate::fleet::{HUB, RedisFleet, servers};
use crate::reference::{NAME, QUESTION, ReferenceServer, SEND_HI, hex, send_hi_but};
use crate::server::RedisServer;

struct Mixed {
    redis: RedisServer,
    ours: RedisFleet,
    theirs: ReferenceServer,
}

impl Mixed {
    async fn start(test: &str) -> Option<Self> {
        let redis = RedisServer::start(test)?;
        let ours = servers(&redis, 1, |options| options).await;
        let theirs = ReferenceServer::start(&redis).await;
        Some(Self {
            redis,
            ours,
            theirs,
        })
    }

    fn server(&self) -> &Arc<dyn LifetimeManager> {
        self.ours.fleet.server(0)
    }

    async fn client(&self, id: &str, protocol: HubProtocol) -> TestClient {
        TestClient::connect(self.server(), id, Some("ann"), protocol).await
    }

    async fn send_hi(&self, to: Recipients) {
        self.ours
            .fleet
            .try_send(0, to, "Send", "hi")
            .await
            .expect("sent");
    }
}

#[tokio::test]
async fn our_clients_get_what_the_reference_publishes() {
    let Some(mut mixed) = Mixed::start("messages of ASP.NET Core").await else {
        return;
    };
    let mut json = mixed.client("c1", HubProtocol::Json).await;
    let mut packed = mixed.client("c2", HubProtocol::MessagePack).await;
    // The connection's, the user's: all confirmed before on_connected.
    assert_eq!(mixed.theirs.subscribers("connection:c1").await, 1);
    assert_eq!(mixed.theirs.subscribers("user:ann").await, 1);
    for channel in ["all", "user:ann"] {
        mixed.theirs.publish(channel, &hex(SEND_HI)).await;
        assert_eq!(json.next().await, r#"Send("hi")"#);
        assert_eq!(packed.next().await, r#"Send("hi")"#);
    }
    mixed.theirs.publish("connection:c1", &hex(SEND_HI)).await;
    assert_eq!(json.next().await, r#"Send("hi")"#);

    mixed.theirs.publish("all", &send_hi_but(&["c1"])).await;
    assert_eq!(packed.next().await, r#"Send("hi")"#);
    // The excluded count for all and groups, not for users and connections.
    mixed
        .theirs
        .publish("user:ann", &send_hi_but(&["c1"]))
        .await;
    assert_eq!(json.next().await, r#"Send("hi")"#);
    assert_eq!(packed.next().await, r#"Send("hi")"#);

    // Only JSON: this server does better than to close the other client.
    let alone = [&hex("92 90 81")[..], &hex(SEND_HI)[3..56]].concat();
    mixed.theirs.publish("all", &alone).await;
    assert_eq!(json.next().await, r#"Send("hi")"#);
    assert_eq!(packed.next().await, r#"Send("hi")"#);

    for broken in [
        "",
        "c1",
        "91 90",
        "92 90",
        "ff",
        "92 90 81 a4 6a736f6e c4 ff",
    ] {
        mixed.theirs.publish("all", &hex(broken)).await;
    }
    mixed.theirs.publish("all", &hex(SEND_HI)).await;
    assert_eq!(json.next().await, r#"Send("hi")"#);
    assert_eq!(mixed.ours.health[0].counters().malformed, 6);
}

#[tokio::test]
async fn our_messages_are_those_of_the_reference() {
    let Some(mut mixed) = Mixed::start("messages to ASP.NET Core").await else {
        return;
    };
    let mut own = mixed.client("c1", HubProtocol::Json).await;
    mixed.theirs.subscribe(&format!("{HUB}:group:room")).await;
    mixed.theirs.subscribe(&format!("{HUB}:user:bob")).await;
    mixed.theirs.subscribe(&format!("{HUB}:connection:x")).await;
    let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect::<Arc<[_]>>();
    for (to, channel, excluded) in [
        (Recipients::All, "all", &[][..]),
        (
            Recipients::AllExcept(names(&["c8", "c9"])),
            "all",
            &["c8", "c9"],
        ),
        (Recipients::Group("room".into()), "group:room", &[]),
        (
            Recipients::GroupExcept("room".into(), names(&["c9"])),
            "group:room",
            &["c9"],
        ),
        (Recipients::Groups(names(&["room"])), "group:room", &[]),
        (Recipients::User("bob".into()), "user:bob", &[]),
        (Recipients::Users(names(&["bob"])), "user:bob", &[]),
        (Recipients::Connection("x".into()), "connection:x", &[]),
        (
            Recipients::Connections(names(&["x", "c1"])),
            "connection:x",
            &[],
        ),
    ] {
        mixed.send_hi(to).await;
        assert_eq!(
            mixed.theirs.next().await,
            (channel.to_owned(), send_hi_but(excluded))
        );
    }
    // Each of what concerned it once: the copies that Redis sent back were dropped.
    for _ in 0..3 {
        assert_eq!(own.next().await, r#"Send("hi")"#);
    }
    mixed.theirs.publish("connection:c1", &hex(SEND_HI)).await;
    assert_eq!(own.next().await, r#"Send("hi")"#);
    assert_eq!(mixed.ours.health[0].counters().echoes, 2);
    assert!(own.connection().try_send(&bytes::Bytes::new()));
}

#[tokio::test]
async fn the_same_bytes_of_both_at_once_arrive_twice() {
    let Some(mut mixed) = Mixed::start("the same bytes of both").await else {
        return;
    };
    let mut client = mixed.client("c1", HubProtocol::Json).await;
    for round in 0..50 {
        let payload = hex(SEND_HI);
        let fleet = mixed.ours.fleet.clone();
        let ours = fleet.try_send(0, Recipients::All, "Send", "hi");
        let (sent, _) = tokio::join!(ours, mixed.theirs.publish("all", &payload));
        sent.expect("sent");
        for _ in 0..2 {
            assert_eq!(client.next().await, r#"Send("hi")"#, "round {round}");
        }
    }
    mixed
        .ours
        .fleet
        .try_send(0, Recipients::Connection("c1".into()), "Send", "end")
        .await
        .expect("sent");
    assert_eq!(client.next().await, r#"Send("end")"#);
}

#[tokio::test]
async fn the_reference_puts_our_connections_into_groups() {
    let Some(mut mixed) = Mixed::start("group commands of ASP.NET Core").await else {
        return;
    };
    let mut client = mixed.client("c1", HubProtocol::Json).await;
    let command = |id: &str, action: &str, on: &str| {
        let server: String = NAME.bytes().map(|byte| format!("{byte:02x}")).collect();
        hex(&format!("95 {id} d926 {server} {action} a4 726f6f6d {on}"))
    };
    let acks = format!("internal:ack:{NAME}");
    // Twice: what is so already is acknowledged as well.
    for (id, ack) in [("01", "91 01"), ("cd012c", "91 cd012c")] {
        mixed
            .theirs
            .publish("internal:groups", &command(id, "01", "a2 6331"))
            .await;
        let heard = mixed.theirs.next().await;
        assert_eq!(heard.0, "internal:groups", "its own");
        assert_eq!(mixed.theirs.next().await, (acks.clone(), hex(ack)));
        // The ack means that the subscription is there.
        assert_eq!(mixed.theirs.subscribers("group:room").await, 1);
    }
    mixed.theirs.publish("group:room", &hex(SEND_HI)).await;
    assert_eq!(client.next().await, r#"Send("hi")"#);
    mixed
        .theirs
        .publish("group:room", &send_hi_but(&["c1"]))
        .await;
    for (id, ack) in [("2a", "91 2a"), ("cce9", "91 cce9")] {
        mixed
            .theirs
            .publish("internal:groups", &command(id, "02", "a2 6331"))
            .await;
        mixed.theirs.next().await;
        assert_eq!(mixed.theirs.next().await, (acks.clone(), hex(ack)));
        assert_eq!(mixed.theirs.subscribers("group:room").await, 0);
    }
    // Somebody else's connection: no ack.
    mixed
        .theirs
        .publish("internal:groups", &command("07", "01", "a2 6332"))
        .await;
    mixed.theirs.next().await;
    mixed
        .theirs
        .publish("internal:groups", &command("08", "01", "a2 6331"))
        .await;
    mixed.theirs.next().await;
    assert_eq!(mixed.theirs.next().await, (acks, hex("91 08")));
}

#[tokio::test]
async fn we_put_connections_of_the_reference_into_groups() {
    let Some(mut mixed) = Mixed::start("group commands to ASP.NET Core").await else {
        return;
    };
    mixed.theirs.subscribe(&format!("{HUB}:connection:x")).await;
    for (number, action) in [(1_u8, 1_u8), (2, 2)] {
        let server = Arc::clone(mixed.server());
        let changing = tokio::spawn(async move {
            match action {
                1 => server.add_to_group("x", "room").await,
                _ => server.remove_from_group("x", "room").await,
            }
        });
        let (channel, command) = mixed.theirs.next().await;
        assert_eq!(channel, "internal:groups");
        assert_eq!(command[..2], [0x95, number]);
        let length = usize::from(command[3]);
        assert_eq!(command[2], 0xD9);
        let name = std::str::from_utf8(&command[4..4 + length]).expect("a name");
        let (_, id) = name.rsplit_once('_').expect("machine and id");
        assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(
            command[4 + length..],
            [&[action, 0xA4][..], b"room", &[0xA1], b"x"].concat()
        );
        assert!(!changing.is_finished(), "it waits for the ack");
        let acks = format!("internal:ack:{name}");
        assert_eq!(mixed.theirs.publish(&acks, &[0x91, number]).await, 1);
        changing.await.expect("no panic").expect("acknowledged");
    }
}

/// `GetName()` as the reference asks it, in both protocols.
fn question(return_channel: &str) -> Vec<u8> {
    let json = format!(
        "{{\"type\":1,\"invocationId\":\"{QUESTION}\",\"target\":\"GetName\",\"arguments\":[]}}\x1e"
    );
    let mut packed = hex("96 01 80 b6");
    packed.extend_from_slice(QUESTION.as_bytes());
    packed.extend_from_slice(&hex("a7 4765744e616d65 90 90"));
    packed.insert(0, u8::try_from(packed.len()).expect("short"));
    let mut payload = hex("94 90 82 a4 6a736f6e c4 55");
    payload.extend_from_slice(json.as_bytes());
    payload.extend_from_slice(&hex("ab 6d6573736167657061636b c4"));
    payload.push(u8::try_from(packed.len()).expect("short"));
    payload.extend_from_slice(&packed);
    payload.push(0xB6);
    payload.extend_from_slice(QUESTION.as_bytes());
    payload.extend_from_slice(&[0xD9, u8::try_from(return_channel.len()).expect("short")]);
    payload.extend_from_slice(return_channel.as_bytes());
    payload
}

#[tokio::test]
async fn our_clients_answer_questions_of_the_reference() {
    let Some(mut mixed) = Mixed::start("questions of ASP.NET Core").await else {
        return;
    };
    let returns = format!("internal:return:{NAME}");
    let asked = question(&format!("{HUB}:{returns}"));

    let mut json = mixed.client("c1", HubProtocol::Json).await;
    assert_eq!(mixed.theirs.publish("connection:c1", &asked).await, 1);
    assert_eq!(
        json.question().await,
        (QUESTION.to_owned(), "GetName()".to_owned())
    );
    assert_eq!(json.answer(QUESTION, "Bob"), Answered::Taken);
    let text = format!("{{\"type\":3,\"invocationId\":\"{QUESTION}\",\"result\":\"Bob\"}}\x1e");
    assert_eq!(
        mixed.theirs.next().await,
        (
            returns.clone(),
            [&hex("92 a4 6a736f6e c4 42"), text.as_bytes()].concat()
        )
    );

    let mut packed = mixed.client("c2", HubProtocol::MessagePack).await;
    mixed.theirs.publish("connection:c2", &asked).await;
    packed.question().await;
    assert_eq!(packed.answer(QUESTION, "Bob"), Answered::Taken);
    let expected = [
        &hex("92 ab 6d6573736167657061636b c4 20 1f 95 03 80 b6"),
        QUESTION.as_bytes(),
        &hex("03 a3 426f62"),
    ]
    .concat();
    assert_eq!(mixed.theirs.next().await, (returns.clone(), expected));

    // A client that leaves.
    mixed.theirs.publish("connection:c1", &asked).await;
    json.question().await;
    let again = mixed.theirs.publish("connection:c2", &asked).await;
    assert_eq!(again, 1, "the same id twice");
    let collision = format!(
        "{{\"type\":3,\"invocationId\":\"{QUESTION}\",\"error\":\"ID collision occurred when using client results. This is likely a bug in SignalR.\"}}\x1e"
    );
    let (channel, payload) = mixed.theirs.next().await;
    assert_eq!(channel, returns);
    assert!(
        contains(&payload, b"ID collision occurred") && !contains(&payload, collision.as_bytes()),
        "in the protocol of that client"
    );
    json.leave().await;
    let text = format!(
        "{{\"type\":3,\"invocationId\":\"{QUESTION}\",\"error\":\"Connection disconnected.\"}}\x1e"
    );
    assert_eq!(
        mixed.theirs.next().await,
        (
            returns,
            [&hex("92 a4 6a736f6e c4 56"), text.as_bytes()].concat()
        )
    );
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn clients_of_the_reference_answer_our_questions() {
    let Some(mut mixed) = Mixed::start("questions to ASP.NET Core").await else {
        return;
    };
    mixed.theirs.subscribe(&format!("{HUB}:connection:x")).await;
    for error in [None, Some("no")] {
        let server = Arc::clone(mixed.server());
        let asking = tokio::spawn(async move {
            let question = server.next_question();
            let message = EncodedMessage::invocation(
                ProtocolSet::of(HubProtocol::ALL),
                Some(&question),
                "GetName",
                &[],
            )
            .expect("no arguments");
            server.ask("x".into(), question, message).await
        });
        let (channel, asked) = mixed.theirs.next().await;
        assert_eq!(channel, "connection:x");
        assert_eq!(asked[..8], hex("94 90 82 a4 6a736f6e"));
        let tail = asked.len()
            - asked
                .windows(HUB.len())
                .rev()
                .position(|window| window == HUB.as_bytes())
                .map(|from_end| from_end + HUB.len())
                .expect("a return channel");
        let returns = std::str::from_utf8(&asked[tail..]).expect("a name");
        assert_eq!(usize::from(asked[tail - 1]), returns.len());
        let id = std::str::from_utf8(&asked[tail - 24..tail - 2]).expect("an id");
        assert_eq!(asked[tail - 25], 0xB6, "22 characters");
        let completion = match error {
            None => format!("{{\"type\":3,\"invocationId\":\"{id}\",\"result\": [1, 2] }}\x1e"),
            Some(text) => {
                format!("{{\"type\":3,\"invocationId\":\"{id}\",\"error\":\"{text}\"}}\x1e")
            }
        };
        let mut payload = hex("92 a4 6a736f6e c4");
        payload.push(u8::try_from(completion.len()).expect("short"));
        payload.extend_from_slice(completion.as_bytes());
        let channel = returns.strip_prefix(&format!("{HUB}:")).expect("the hub's");
        assert_eq!(mixed.theirs.publish(channel, &payload).await, 1);
        match (error, asking.await.expect("no panic").expect("an answer")) {
            (None, RawAnswer::Value(HubProtocol::Json, bytes)) => assert_eq!(bytes, "[1, 2]"),
            (Some(text), RawAnswer::Error(said)) => assert_eq!(said, text),
            (_, other) => panic!("{other:?}"),
        }
    }
    drop(mixed.redis);
}
