use super::state::COPY_BELOW;
use super::*;

fn bytes(length: usize) -> Bytes {
    Bytes::from(vec![b'x'; length])
}

/// Writes a Sequence as its number.
fn number(id: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(id.to_string().as_bytes());
}

fn all(outbound: &Outbound) -> Vec<u8> {
    std::iter::from_fn(|| outbound.drain()).flatten().collect()
}

#[tokio::test]
async fn messages_leave_in_order_as_one_payload() {
    let outbound = Outbound::new(Room::bytes(1 << 20));
    let large = Bytes::from(vec![b'L'; COPY_BELOW]);
    outbound.push(&Bytes::from_static(b"a")).await;
    outbound.push(&large).await;
    outbound.push(&Bytes::from_static(b"b")).await;
    outbound.force(b"c");
    let payload = outbound.drain().expect("a payload");
    assert_eq!(payload.len(), COPY_BELOW + 3);
    assert!(payload.starts_with(b"aL") && payload.ends_with(b"Lbc"));
    assert!(outbound.drain().is_none());
}

#[tokio::test]
async fn a_sender_waits_until_half_is_free() {
    let outbound = std::sync::Arc::new(Outbound::new(Room::bytes(100)));
    assert!(outbound.try_push(&Bytes::from(vec![0; 100])));
    assert!(!outbound.try_push(&Bytes::from_static(b"x")));
    let waiting = tokio::spawn({
        let outbound = outbound.clone();
        async move { outbound.push(&Bytes::from_static(b"x")).await }
    });
    tokio::task::yield_now().await;
    outbound.drain();
    outbound.written(49);
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    outbound.written(1);
    waiting.await.expect("no panic");
    assert_eq!(outbound.drain().as_deref(), Some(&b"x"[..]));
}

#[tokio::test]
async fn a_closed_queue_drops_what_comes_and_lets_go_of_those_who_wait() {
    let outbound = Outbound::new(Room::bytes(1));
    assert!(outbound.try_push(&Bytes::from_static(b"xx")));
    outbound.close();
    outbound.push(&Bytes::from_static(b"y")).await;
    outbound.force(b"close");
    assert_eq!(outbound.drain().as_deref(), Some(&b"xxclose"[..]));
}

#[tokio::test]
async fn what_is_pushed_regardless_of_room_lets_nobody_wait_for_ever() {
    let outbound = std::sync::Arc::new(Outbound::new(Room::bytes(100)));
    assert!(outbound.try_push(&bytes(100)));
    let waiting = tokio::spawn({
        let outbound = outbound.clone();
        async move { outbound.push(&bytes(1)).await }
    });
    tokio::task::yield_now().await;
    outbound.drain();
    outbound.written(40);
    outbound.push_now(b"x");
    assert!(outbound.is_full());
    outbound.written(60);
    waiting.await.expect("no panic");
}

#[tokio::test]
async fn a_new_transport_gets_the_sequence_and_all_that_was_not_acknowledged() {
    let outbound = Outbound::new(Room::bytes(1 << 20));
    outbound.force(b"{handshake}");
    outbound.keep(1000);
    outbound.push_now(b"a");
    outbound.push_now(b"b");
    assert_eq!(all(&outbound), b"{handshake}ab");
    outbound.push_now(b"c");
    outbound.force(b"{ping}");
    assert_eq!(all(&outbound), b"{ping}c");
    assert!(outbound.acknowledged(1));

    outbound.force(b"{ack}");
    outbound.push_now(b"d");
    outbound.suspend();
    outbound.push_now(b"e");
    outbound.resume(number);
    outbound.force(b"{ping}");
    assert_eq!(all(&outbound), b"2bc{ping}de");
    assert!(outbound.is_empty());

    // Acknowledged or not, what was promised by the Sequence is sent.
    outbound.suspend();
    outbound.resume(number);
    assert_eq!(outbound.drain().as_deref(), Some(&b"2"[..]));
    assert!(outbound.acknowledged(4));
    assert_eq!(all(&outbound), b"bcde");
    outbound.suspend();
    outbound.resume(number);
    assert_eq!(all(&outbound), b"5e");
}

#[test]
fn a_close_is_the_last_word() {
    let outbound = Outbound::new(Room::bytes(0));
    outbound.keep(1000);
    outbound.push_now(b"a");
    assert_eq!(all(&outbound), b"a");
    outbound.suspend();
    outbound.resume(number);
    outbound.push_now(b"b");
    outbound.close();
    outbound.force(b"{close}");
    assert_eq!(all(&outbound), b"1ab{close}");
}

#[tokio::test]
async fn a_sender_waits_for_acknowledgements_even_of_what_is_written() {
    let outbound = std::sync::Arc::new(Outbound::new(Room::bytes(0)));
    outbound.keep(500);
    // As in the reference: three pass, the fourth waits.
    for _ in 0..3 {
        assert!(outbound.try_push(&bytes(241)));
        let payload = outbound.drain().expect("a payload");
        outbound.written(payload.len());
    }
    assert!(!outbound.try_push(&bytes(241)));
    assert_eq!(outbound.awaited_acknowledgement(), Some(1));
    let waiting = tokio::spawn({
        let outbound = outbound.clone();
        async move { outbound.push(&bytes(241)).await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    assert!(!outbound.acknowledged(4), "it was never sent");
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    assert!(outbound.acknowledged(1));
    waiting.await.expect("no panic");
    assert_eq!(all(&outbound).len(), 241);
}

#[test]
fn a_lost_transport_frees_the_room_of_what_was_under_way() {
    let outbound = Outbound::new(Room::bytes(100));
    outbound.keep(1000);
    assert!(outbound.try_push(&bytes(100)));
    assert!(!outbound.try_push(&bytes(1)));
    outbound.drain().expect("under way");
    outbound.suspend();
    assert!(outbound.try_push(&bytes(100)));
    assert!(
        !outbound.try_push(&bytes(1)),
        "it is bounded while nothing is sent"
    );
    outbound.resume(number);
    assert_eq!(all(&outbound).len(), 201);
    outbound.written(201);
    assert!(outbound.try_push(&bytes(1)));
}
