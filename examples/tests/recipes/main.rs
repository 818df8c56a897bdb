//! The recipes of `docs/client.md`, each against a server that comes and goes.

#[allow(unreachable_pub, reason = "an application makes it what it needs")]
#[path = "../../recipes/queue_calls.rs"]
mod queue_calls;
#[allow(unreachable_pub, reason = "an application makes it what it needs")]
#[path = "../../recipes/random_delay.rs"]
mod random_delay;
#[allow(unreachable_pub, reason = "an application makes it what it needs")]
#[path = "../../recipes/restart_after_close.rs"]
mod restart_after_close;
#[allow(unreachable_pub, reason = "an application makes it what it needs")]
#[path = "../../recipes/start_until_cancelled.rs"]
mod start_until_cancelled;

mod place;

use std::time::Duration;

use signalr::client::{ConnectionState, RetryDelays};
use signalr::error::CloseReason;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use place::Place;

#[test]
fn the_guide_shows_them_as_they_are() {
    let guide = include_str!("../../../docs/client.md");
    for recipe in [
        include_str!("../../recipes/queue_calls.rs"),
        include_str!("../../recipes/random_delay.rs"),
        include_str!("../../recipes/restart_after_close.rs"),
        include_str!("../../recipes/start_until_cancelled.rs"),
    ] {
        // From the first item on, behind the imports.
        let start = recipe.find("\npub ").or_else(|| recipe.find("\n/// "));
        let shown = recipe[start.expect("an item")..].trim();
        assert!(guide.contains(shown), "docs/client.md lacks\n{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_goes_on_until_it_succeeds() {
    let place = Place::default();
    place.close();
    let opening = {
        let place = place.clone();
        async move {
            sleep(Duration::from_secs(60)).await;
            place.open();
        }
    };
    let never = CancellationToken::new();
    let starting = start_until_cancelled::start_until_cancelled(place.builder(), &never);
    let (started, ()) = tokio::join!(starting, opening);
    let link = started
        .expect("settings that make sense")
        .expect("not cancelled");
    assert_eq!(link.state(), ConnectionState::Connected);
    assert!(place.tries() >= 12);
}

#[tokio::test(start_paused = true)]
async fn a_start_goes_on_until_it_is_cancelled() {
    let place = Place::default();
    place.close();
    let cancelled = CancellationToken::new();
    let starting = start_until_cancelled::start_until_cancelled(place.builder(), &cancelled);
    let cancelling = async {
        sleep(Duration::from_secs(60)).await;
        cancelled.cancel();
    };
    let (started, ()) = tokio::join!(starting, cancelling);
    assert!(started.expect("settings that make sense").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_closed_connection_is_started_again() {
    let place = Place::default();
    let link = place.builder().build().expect("settings that make sense");
    restart_after_close::restart_after_close(&link);
    link.start().await.expect("a server");
    for _ in 0..3 {
        place.close();
        place.cut();
        place
            .until(|| link.state() == ConnectionState::Disconnected)
            .await;
        sleep(Duration::from_secs(20)).await;
        place.open();
        place
            .until(|| link.state() == ConnectionState::Connected)
            .await;
    }
    link.stop().await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn texts_wait_for_the_connection() {
    let place = Place::default();
    let link = queue_calls::patient(place.builder())
        .build()
        .expect("settings that make sense");
    link.start().await.expect("a server");
    let outbox = queue_calls::outbox(link.clone());
    place.close();
    place.cut();
    place
        .until(|| link.state() == ConnectionState::Reconnecting)
        .await;
    for text in ["one", "two", "three"] {
        outbox.send(text.to_owned()).await.expect("room");
    }
    sleep(Duration::from_secs(5)).await;
    assert!(place.said().is_empty());
    place.open();
    place.until(|| place.said().len() == 3).await;
    assert_eq!(place.said(), ["one", "two", "three"]);
}

#[tokio::test(start_paused = true)]
async fn the_random_policy_gives_up_after_a_minute() {
    let place = Place::default();
    let link = place
        .builder()
        .automatic_reconnect(RetryDelays::default())
        .automatic_reconnect(random_delay::RandomDelay)
        .build()
        .expect("settings that make sense");
    let (sender, mut closed) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    link.start().await.expect("a server");
    place.close();
    let begun = Instant::now();
    place.cut();
    let reason = closed.recv().await.expect("it ends");
    let CloseReason::ReconnectFailed { attempts, .. } = reason else {
        panic!("{reason}");
    };
    assert!(attempts > 3, "{attempts}");
    let took = begun.elapsed().as_secs();
    assert!((60..=70).contains(&took), "{took} s");
}
