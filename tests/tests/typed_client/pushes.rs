//! Calls of the hub, with and without an answer.

use signalr::client::ConnectionState;

use super::contract::{Reading, Sky};
use super::panel::Seen;
use super::world::each_protocol;

#[tokio::test]
async fn a_receiver_takes_the_hubs_calls() {
    each_protocol(async |world| {
        let (mut one, mut two) = (world.client().await, world.client().await);
        let reading = Reading {
            place: "Cairo".into(),
            degrees: 35.0,
            sky: Sky::Clear,
            note: None,
        };
        one.station
            .publish(reading.clone())
            .await
            .expect("it is sent");
        two.station.raise_alarm().await.expect("it is sent");
        let seen = Seen::Reading(reading);
        assert_eq!(one.seen.recv().await.as_ref(), Some(&seen));
        assert_eq!(two.seen.recv().await.as_ref(), Some(&seen));
        assert_eq!(one.seen.recv().await, Some(Seen::Alarm));
    })
    .await;
}

#[tokio::test]
async fn a_call_without_an_answer_is_carried_out_too() {
    each_protocol(async |world| {
        let (one, mut two) = (world.client().await, world.client().await);
        one.station
            .notify()
            .raise_alarm()
            .await
            .expect("it is queued");
        assert_eq!(two.seen.recv().await, Some(Seen::Alarm));
    })
    .await;
}

#[tokio::test]
async fn a_receiver_answers_the_hubs_questions() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        assert!(station.ask("All well?".into()).await.expect("an answer"));
        assert!(!station.ask("All well.".into()).await.expect("an answer"));
        assert_eq!(
            station.ask_to_adjust(20.5).await.expect("an answer"),
            "21.5"
        );
        assert_eq!(
            station.ask_to_adjust(40.0).await.expect("an answer"),
            "too hot"
        );
        assert_eq!(station.ask_for_language().await.expect("an answer"), None);
    })
    .await;
}

#[tokio::test]
async fn a_client_comes_back_after_a_stop() {
    each_protocol(async |world| {
        let mut client = world.client().await;
        client.link.stop().await;
        assert_eq!(client.link.state(), ConnectionState::Disconnected);
        client
            .station
            .stop()
            .await
            .expect_err("it is not connected");
        client.link.start().await.expect("the server is there");
        let other = world.client().await;
        other.station.raise_alarm().await.expect("it is sent");
        assert_eq!(client.seen.recv().await, Some(Seen::Alarm));
        assert!(
            client
                .station
                .ask("All well?".into())
                .await
                .expect("an answer")
        );
    })
    .await;
}
