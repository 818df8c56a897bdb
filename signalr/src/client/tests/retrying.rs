//! A start that is tried again.

use std::time::Duration;

use futures_util::future::join;
use tokio::time::Instant;

use super::peer::builder;
use crate::client::{
    ConnectionState, RetryContext, RetryDelays, RetryPolicy, RetryReason, StartError,
};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[tokio::test(start_paused = true)]
async fn a_start_is_tried_again_where_it_is_wanted() {
    let (builder, mut peers) = builder();
    let link = builder
        .retry_start(RetryDelays::default())
        .build()
        .expect("valid settings");
    peers.close_way(true);
    let begun = Instant::now();
    let serve = async {
        tokio::time::sleep(seconds(11)).await;
        assert_eq!(link.state(), ConnectionState::Connecting);
        assert_eq!(peers.tries(), 3);
        peers.close_way(false);
        peers.shake_hands().await
    };
    let (started, _peer) = join(link.start(), serve).await;
    started.expect("the server is there in the end");
    assert_eq!(begun.elapsed(), seconds(12));
}

#[tokio::test(start_paused = true)]
async fn a_start_fails_with_the_last_error_when_the_policy_gives_up() {
    let (builder, peers) = builder();
    let link = builder
        .retry_start([seconds(1); 3])
        .build()
        .expect("valid settings");
    peers.close_way(true);
    let error = link.start().await.expect_err("no route");
    assert!(matches!(error, StartError::Connect(_)), "{error}");
    assert_eq!(peers.tries(), 4);
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_tried_again_can_be_stopped_and_dropped() {
    let (builder, peers) = builder();
    let link = builder
        .retry_start(|context: &RetryContext<'_>| {
            assert!(matches!(context.reason, RetryReason::Failed(_)));
            Some(seconds(1))
        })
        .build()
        .expect("valid settings");
    peers.close_way(true);
    let stop = async {
        tokio::time::sleep(seconds(1000)).await;
        link.stop().await;
    };
    let (started, ()) = join(link.start(), stop).await;
    assert!(matches!(started, Err(StartError::Stopped)));
    assert!(peers.tries() > 900);

    let dropped = tokio::time::timeout(seconds(10), link.start()).await;
    assert!(dropped.is_err());
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

fn delays(policy: &impl RetryPolicy, tries: u32) -> Vec<Option<Duration>> {
    let error = StartError::Stopped;
    let context = |previous_retry_count| RetryContext {
        previous_retry_count,
        elapsed: Duration::ZERO,
        reason: RetryReason::Failed(&error),
    };
    (0..tries)
        .map(|count| policy.next_delay(&context(count)))
        .collect()
}

#[test]
fn a_list_is_a_policy_that_gives_up_at_its_end() {
    let own = RetryDelays::new([seconds(1), seconds(2)]);
    assert_eq!(delays(&own, 3), [Some(seconds(1)), Some(seconds(2)), None]);
    let wanted = [0, 2, 10, 30].map(|delay| Some(seconds(delay)));
    assert_eq!(delays(&RetryDelays::default(), 5)[..4], wanted);
    assert_eq!(delays(&RetryDelays::default(), 5)[4], None);
}

#[test]
fn jitter_makes_delays_longer_by_a_random_time() {
    let policy = [seconds(10); 200].with_jitter(seconds(5));
    let drawn: Vec<_> = delays(&policy, 200).into_iter().flatten().collect();
    assert_eq!(drawn.len(), 200);
    assert!(
        drawn
            .iter()
            .all(|delay| (seconds(10)..=seconds(15)).contains(delay))
    );
    assert!(drawn.iter().any(|delay| *delay != drawn[0]));
    assert_eq!(delays(&policy, 201)[200], None);
    let endless = [seconds(1)].with_jitter(Duration::MAX);
    assert!(delays(&endless, 1)[0].is_some());
}
