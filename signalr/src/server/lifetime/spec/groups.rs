use super::{Fleet, names, to_one};
use crate::error::SendError;
use crate::server::lifetime::Recipients;

fn group(name: &str) -> Recipients {
    Recipients::Group(name.into())
}

async fn join(fleet: &Fleet, server: usize, id: &str, group: &str) {
    fleet
        .server(server)
        .add_to_group(id, group)
        .await
        .unwrap_or_else(|error| panic!("{id} joins {group}: {error}"));
}

async fn leave(fleet: &Fleet, server: usize, id: &str, group: &str) {
    fleet
        .server(server)
        .remove_from_group(id, group)
        .await
        .unwrap_or_else(|error| panic!("{id} leaves {group}: {error}"));
}

pub(super) async fn members_and_only_members_are_reached(fleet: Fleet) {
    let mut a = fleet.client(0, "a").await;
    let mut b = fleet.client(1, "b").await;
    let mut c = fleet.client(1, "c").await;
    join(&fleet, 0, "a", "g").await;
    join(&fleet, 1, "b", "g").await;
    for server in [0, 1] {
        fleet.send(server, group("g"), "group").await;
        let except = Recipients::GroupExcept("g".into(), names(["a"]));
        fleet.send(server, except, "but a").await;
        fleet.expect(server, &mut a, &["group"]).await;
        fleet.expect(server, &mut b, &["group", "but a"]).await;
        fleet.expect(server, &mut c, &[]).await;
    }
}

pub(super) async fn a_connection_joins_and_leaves_through_any_server(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    for (joins, leaves) in [(0, 1), (1, 0), (0, 0)] {
        join(&fleet, joins, "c", "g").await;
        fleet.send(0, group("g"), "0").await;
        fleet.expect(0, &mut client, &["0"]).await;
        fleet.send(1, group("g"), "1").await;
        fleet.expect(1, &mut client, &["1"]).await;
        leave(&fleet, leaves, "c", "g").await;
        fleet.send(0, group("g"), "0").await;
        fleet.expect(0, &mut client, &[]).await;
        fleet.send(1, group("g"), "1").await;
        fleet.expect(1, &mut client, &[]).await;
    }
}

pub(super) async fn a_member_of_two_groups_gets_a_message_for_both_twice(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    join(&fleet, 1, "c", "g").await;
    join(&fleet, 0, "c", "h").await;
    for server in [0, 1] {
        let to = Recipients::Groups(names(["g", "h", "empty"]));
        fleet.send(server, to, "both").await;
        fleet.expect(server, &mut client, &["both", "both"]).await;
    }
}

pub(super) async fn joining_twice_is_joining_once(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    for server in [0, 1, 0] {
        join(&fleet, server, "c", "g").await;
    }
    fleet.send(0, group("g"), "one").await;
    fleet.expect(0, &mut client, &["one"]).await;
    leave(&fleet, 0, "c", "g").await;
    fleet.send(0, group("g"), "none").await;
    fleet.expect(0, &mut client, &[]).await;
    leave(&fleet, 1, "c", "g").await;
}

pub(super) async fn a_connection_that_is_nowhere_joins_nothing(fleet: Fleet) {
    join(&fleet, 0, "nobody", "g").await;
    leave(&fleet, 0, "nobody", "g").await;
    fleet.send(0, group("g"), "hello").await;
}

pub(super) async fn an_empty_name_is_refused(fleet: Fleet) {
    let to = Recipients::Groups(names(["g", ""]));
    let refused = fleet.try_send(0, to, "Note", "hello").await;
    assert!(matches!(refused, Err(SendError::Invalid(_))), "{refused:?}");
}

pub(super) async fn groups_end_with_their_connections(fleet: Fleet) {
    let client = fleet.client(1, "c").await;
    join(&fleet, 0, "c", "g").await;
    client.leave().await;
    let mut again = fleet.client(1, "c").await;
    fleet.send(0, group("g"), "hello").await;
    fleet.expect(0, &mut again, &[]).await;
    let server = fleet.server(1);
    assert!(server.local().group_names().is_empty());
}

pub(super) async fn group_names_are_compared_exactly(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    join(&fleet, 0, "c", "Room").await;
    join(&fleet, 0, "c", "room").await;
    leave(&fleet, 0, "c", "ROOM").await;
    fleet.send(0, group("Room"), "1").await;
    fleet.send(0, group("room"), "2").await;
    fleet.expect(0, &mut client, &["1", "2"]).await;
    leave(&fleet, 0, "c", "Room").await;
    fleet.send(0, group("Room"), "3").await;
    fleet.send(0, group("room"), "4").await;
    fleet.expect(0, &mut client, &["4"]).await;
}

pub(super) async fn connections_are_ended_wherever_they_are(fleet: Fleet) {
    let one = fleet.client(1, "one").await;
    let user = fleet.user(1, "user", "ann").await;
    let member = fleet.client(1, "member").await;
    let stays = fleet.client(1, "stays").await;
    join(&fleet, 1, "member", "g").await;
    for to in [to_one("one"), Recipients::User("ann".into()), group("g")] {
        fleet
            .server(0)
            .disconnect(to, "out".into())
            .await
            .expect("asked for");
    }
    for client in [&one, &user, &member] {
        client.ended().await;
        client.leave().await;
    }
    assert!(!stays.has_ended());
}

pub(super) async fn connections_are_counted(fleet: Fleet) {
    let clients = fleet.clients().await;
    let _ann = fleet.user(1, "ann's", "ann").await;
    join(&fleet, 0, "0-json", "g").await;
    join(&fleet, 0, "ann's", "g").await;
    for server in 0..fleet.servers().len() {
        let census = |of| async move { fleet_census(server, of).await };
        let all = census((&fleet, Recipients::All)).await;
        assert_eq!(all.count, clients.len() + 1);
        assert_eq!(all.servers, fleet.servers().len());
        assert!(all.is_complete);
        let mut members = census((&fleet, group("g"))).await.connection_ids;
        members.sort();
        assert_eq!(members, ["0-json".into(), Box::<str>::from("ann's")]);
        let ann = census((&fleet, Recipients::User("ann".into()))).await;
        assert_eq!(ann.connection_ids, [Box::<str>::from("ann's")]);
    }
}

async fn fleet_census(
    server: usize,
    (fleet, of): (&Fleet, Recipients),
) -> crate::server::lifetime::Census {
    fleet.server(server).census(of).await.expect("a census")
}
