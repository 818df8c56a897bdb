use super::{Fleet, names, to_one};
use crate::server::lifetime::Recipients;

pub(super) async fn everybody_is_reached_once(fleet: Fleet) {
    let mut clients = fleet.clients().await;
    for server in 0..fleet.servers().len() {
        fleet.send(server, Recipients::All, "hello").await;
        for client in &mut clients {
            fleet.expect(server, client, &["hello"]).await;
        }
    }
}

pub(super) async fn the_excepted_are_left_out(fleet: Fleet) {
    let mut clients = fleet.clients().await;
    let except = names(["0-json", "1-json", "nobody"]);
    for server in 0..fleet.servers().len() {
        fleet
            .send(server, Recipients::AllExcept(except.clone()), "hello")
            .await;
        for client in &mut clients {
            let is_left_out = except.iter().any(|id| **id == *client.id());
            let expected: &[&str] = if is_left_out { &[] } else { &["hello"] };
            fleet.expect(server, client, expected).await;
        }
    }
}

pub(super) async fn one_connection_is_reached_wherever_it_is(fleet: Fleet) {
    let mut clients = fleet.clients().await;
    for server in 0..fleet.servers().len() {
        for client in &mut clients {
            fleet.send(server, to_one(client.id()), "you").await;
            fleet.expect(server, client, &["you"]).await;
        }
    }
}

pub(super) async fn of_many_connections_each_is_reached_once(fleet: Fleet) {
    let mut a = fleet.client(0, "a").await;
    let mut b = fleet.client(1, "b").await;
    let mut c = fleet.client(1, "c").await;
    let to = Recipients::Connections(names(["a", "b", "a", "b", "nobody"]));
    fleet.send(0, to, "both").await;
    fleet.expect(0, &mut a, &["both"]).await;
    fleet.expect(0, &mut b, &["both"]).await;
    fleet.expect(0, &mut c, &[]).await;
}

pub(super) async fn a_user_is_reached_on_all_connections(fleet: Fleet) {
    let mut phone = fleet.user(0, "phone", "ann").await;
    let mut desk = fleet.user(1, "desk", "ann").await;
    let mut other = fleet.user(1, "other", "bob").await;
    for server in [0, 1] {
        fleet
            .send(server, Recipients::User("ann".into()), "ann")
            .await;
        fleet
            .send(
                server,
                Recipients::Users(names(["ann", "bob", "ann", "carl"])),
                "users",
            )
            .await;
        fleet.expect(server, &mut phone, &["ann", "users"]).await;
        fleet.expect(server, &mut desk, &["ann", "users"]).await;
        fleet.expect(server, &mut other, &["users"]).await;
    }
}

pub(super) async fn the_same_bytes_from_two_servers_arrive_twice(fleet: Fleet) {
    let mut clients = fleet.clients().await;
    for _ in 0..20 {
        tokio::join!(
            fleet.send(0, Recipients::All, "same"),
            fleet.send(1, Recipients::All, "same"),
        );
    }
    // Each sender's own end comes after all that it sent.
    for client in &mut clients {
        fleet
            .try_send(0, to_one(client.id()), "End", "0")
            .await
            .expect("sent");
        fleet
            .try_send(1, to_one(client.id()), "End", "1")
            .await
            .expect("sent");
        let (mut ends, mut notes) = (0, 0);
        while ends < 2 {
            match &*client.next().await {
                "Note(\"same\")" => notes += 1,
                "End(\"0\")" | "End(\"1\")" => ends += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!(notes, 40, "at {}", client.id());
    }
}

pub(super) async fn messages_of_one_sender_keep_their_order(fleet: Fleet) {
    let mut clients = Vec::new();
    for server in 0..fleet.servers().len() {
        let client = fleet.user(server, &format!("c{server}"), "ann").await;
        fleet
            .server(server)
            .add_to_group(client.id(), "g")
            .await
            .expect("joined");
        clients.push(client);
    }
    let count = 100;
    for number in 0..count {
        let to = match number % 4 {
            0 => Recipients::All,
            1 => Recipients::Group("g".into()),
            2 => Recipients::User("ann".into()),
            _ => Recipients::GroupExcept("g".into(), names(["nobody"])),
        };
        fleet.send(0, to, &number.to_string()).await;
    }
    let numbers: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    for client in &mut clients {
        fleet.expect(0, client, &numbers).await;
    }
}

pub(super) async fn nobody_is_no_error(fleet: Fleet) {
    for to in [
        Recipients::All,
        to_one("nobody"),
        Recipients::Connections(names([])),
        Recipients::Group("nobody".into()),
        Recipients::Groups(names(["nobody", "none"])),
        Recipients::User("nobody".into()),
        Recipients::Users(names(["nobody"])),
    ] {
        fleet.send(0, to, "hello").await;
    }
}

pub(super) async fn who_has_left_gets_nothing(fleet: Fleet) {
    let gone = fleet.user(1, "gone", "ann").await;
    let mut here = fleet.user(1, "here", "ann").await;
    let server = fleet.server(1);
    server.add_to_group("gone", "g").await.expect("joined");
    gone.leave().await;
    // Leaving twice is leaving once.
    gone.leave().await;
    fleet.send(0, Recipients::User("ann".into()), "ann").await;
    fleet.send(0, Recipients::Group("g".into()), "group").await;
    fleet.send(0, Recipients::All, "all").await;
    fleet.expect(0, &mut here, &["ann", "all"]).await;
    assert!(gone.connection().outbound.is_empty());
}

pub(super) async fn names_may_hold_any_text(fleet: Fleet) {
    for name in ["a:b", "*", "ü 😀", "[x]?", "line\nbreak", "g:group:g"] {
        let id = format!("c {name}");
        let mut client = fleet.user(1, &id, name).await;
        fleet
            .server(0)
            .add_to_group(&id, name)
            .await
            .expect("joined");
        fleet.send(0, to_one(&id), "one").await;
        fleet.send(0, Recipients::User(name.into()), "user").await;
        fleet.send(0, Recipients::Group(name.into()), "group").await;
        fleet
            .expect(0, &mut client, &["one", "user", "group"])
            .await;
        client.leave().await;
    }
}

pub(super) async fn a_slow_client_holds_up_no_other(fleet: Fleet) {
    if fleet.servers().len() < 2 {
        // In one process the sender waits for the slow one.
        return;
    }
    let mut slow = fleet.client(1, "slow").await;
    let mut quick = fleet.client(1, "quick").await;
    slow.fill();
    for number in ["1", "2", "3"] {
        fleet.send(0, Recipients::All, number).await;
    }
    fleet.expect(0, &mut quick, &["1", "2", "3"]).await;
    let mut notes = Vec::new();
    while notes.len() < 3 {
        let call = slow.next().await;
        if call.starts_with("Note") {
            notes.push(call);
        }
    }
    assert_eq!(notes, ["Note(\"1\")", "Note(\"2\")", "Note(\"3\")"]);
}
