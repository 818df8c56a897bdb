//! Streams from the hub, to it, and both at once.

use futures_util::{StreamExt, TryStreamExt, stream};
use signalr::InvokeError;

use super::world::each_protocol;

#[tokio::test]
async fn items_come_in_their_order() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let countdown = station.countdown(1000).await.expect("a stream");
        let items: Vec<u32> = countdown.try_collect().await.expect("no error");
        assert!(items.iter().copied().eq((0..1000).rev()));
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_fails_ends_with_the_error() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let mut forecast = station.forecast(5).await.expect("a stream");
        for day in 0..3 {
            let reading = forecast.next().await.expect("a day").expect("no error");
            assert_eq!(reading.degrees, f64::from(day));
        }
        let error = forecast
            .next()
            .await
            .expect("an end")
            .expect_err("an error");
        assert!(error.to_string().contains("too far ahead"), "{error}");
        assert!(forecast.next().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_never_begins_is_an_error() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let mut forecast = station.forecast(0).await.expect("a stream");
        let error = forecast
            .next()
            .await
            .expect("an end")
            .expect_err("an error");
        assert!(matches!(&error, InvokeError::Hub(text) if text.contains("no days")));
    })
    .await;
}

#[tokio::test]
async fn dropping_a_stream_ends_it_on_the_server() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let mut endless = station.endless().await.expect("a stream");
        for number in 0..500 {
            let item = endless.next().await.expect("an item");
            assert_eq!(item.expect("no error"), number);
        }
        drop(endless);
        while station.waits_cancelled().await.expect("a number") == 0 {}
    })
    .await;
}

#[tokio::test]
async fn the_items_of_an_upload_reach_the_method() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let samples = stream::iter((1..=1000).map(f64::from));
        assert_eq!(station.total(samples).await.expect("a total"), 500_500.0);
    })
    .await;
}

#[tokio::test]
async fn an_upload_ends_when_the_method_has_seen_enough() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let first = station.first(stream::iter(7..)).await;
        assert_eq!(first.expect("the first"), 7);
        station.stop().await.expect("the connection is well");
    })
    .await;
}

#[tokio::test]
async fn several_uploads_go_beside_plain_arguments() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let texts = |texts: [&str; 2]| stream::iter(texts.map(str::to_owned));
        let joined = station.joined(texts(["a", "b"]), "-".into(), texts(["c", "d"]));
        assert_eq!(joined.await.expect("a text"), "ab-cd");
    })
    .await;
}

#[tokio::test]
async fn streams_go_both_ways_at_once() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let doubled = station
            .doubled(stream::iter(0..300))
            .await
            .expect("a stream");
        let items: Vec<i32> = doubled.try_collect().await.expect("no error");
        assert!(items.iter().copied().eq((0..300).map(|number| 2 * number)));
    })
    .await;
}
