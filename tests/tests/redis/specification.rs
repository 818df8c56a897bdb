use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalr::server::lifetime::InProcess;
use signalr::server::lifetime::spec::{self, Fleet};

use crate::bus::Bus;
use crate::fleet;
use crate::server::RedisServer;

#[tokio::test]
async fn one_process_is_as_specified() {
    spec::check(|| async { Fleet::new([Arc::new(InProcess::default()) as _]) }).await;
}

#[tokio::test]
async fn a_backend_of_the_tests_is_as_specified() {
    spec::check(|| async { Bus::fleet(2) }).await;
}

#[tokio::test]
async fn one_server_on_redis_is_as_specified() {
    on_redis("one server on Redis", 1).await;
}

#[tokio::test]
async fn two_servers_on_redis_are_as_specified() {
    on_redis("two servers on Redis", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_servers_on_redis_are_as_specified_whatever_thread_runs_first() {
    on_redis("three servers on Redis", 3).await;
}

async fn on_redis(test: &str, count: usize) {
    let Some(redis) = RedisServer::start(test) else {
        return;
    };
    let fleets = AtomicUsize::new(0);
    spec::check(|| async {
        let number = fleets.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("fleet{number}-");
        fleet::servers(&redis, count, |options| options.channel_prefix(&prefix))
            .await
            .fleet
    })
    .await;
}
