use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::*;
use crate::connection::{Outbound, Room};
use crate::server::connection::Identity;
use crate::server::slow_consumers::{SlowConsumer, SlowConsumers};
use crate::transport::TransportKind;

const MANY: usize = 100_000;

fn connection(number: usize) -> Arc<Connection> {
    let identity = Identity {
        id: number.to_string().into(),
        user_id: Some("ann".into()),
        authentication: Arc::default(),
        protocol: HubProtocol::Json,
        transport: TransportKind::Memory,
        request: None,
        receipts: None,
        slow: SlowConsumer::new(&SlowConsumers::Wait, Arc::default()),
    };
    Connection::new(identity, Arc::new(Outbound::new(Room::bytes(0))), 1)
}

fn enter(process: &InProcess, connection: &Arc<Connection>) {
    let entered = process.connected(connection).now_or_never();
    entered.expect("no waiting").expect("no error");
}

/// The least of many times, which other programs do not change.
fn least(mut work: impl FnMut()) -> Duration {
    let times = (0..300).map(|_| {
        let before = Instant::now();
        work();
        before.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
fn a_crowd_costs_those_who_come_and_go_nothing() {
    let process = InProcess::default();
    let crowd: Vec<_> = (0..MANY).map(connection).collect();
    let late = connection(MANY);
    let come_and_go = || {
        enter(&process, &late);
        process.join(late.id(), "group");
        process.leave(late.id(), "group");
        process.remove(&late);
        lock(&late.memberships).gone = false;
    };
    let look = || {
        let group = Recipients::Group("group".into());
        assert_eq!(process.connections(&group).expect("a name").len(), 1);
    };
    enter(&process, &crowd[0]);
    process.join(crowd[0].id(), "group");
    let (alone, few) = (least(come_and_go), least(look));

    for connection in &crowd[1..] {
        enter(&process, connection);
        assert!(process.join(connection.id(), "group"));
    }
    assert_eq!(process.count_in_group("group"), MANY);
    let crowded = least(come_and_go);
    // In another order than they came: first those in odd places, then the others from the end.
    for connection in crowd[1..].iter().skip(1).step_by(2) {
        assert!(process.leave(connection.id(), "group"));
    }
    for connection in crowd[1..].iter().step_by(2).rev() {
        assert_eq!(process.remove(connection).expect("it was there").len(), 1);
    }
    let few_again = least(look);
    let limit = |time: Duration| 20 * time + Duration::from_micros(5);
    assert!(crowded < limit(alone), "{crowded:?}, alone {alone:?}");
    assert!(few_again < limit(few), "{few_again:?}, before {few:?}");

    for connection in &crowd {
        process.remove(connection);
    }
    assert_eq!(process.count(), 0);
    assert_eq!(process.count_of_user("ann"), 0);
    assert!(process.group_names().is_empty() && process.user_ids().is_empty());
    assert!(lock(&process.all).is_empty());
    assert_eq!(process.protocols_in_use(), ProtocolSet::NONE);
    for connection in crowd {
        assert_eq!(Arc::strong_count(&connection), 1, "nothing holds it");
    }
}
