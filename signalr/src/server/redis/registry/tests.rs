use std::sync::{Arc, Weak};

use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Answered, Publish, Received, Registry, Route, Session};
use crate::server::redis::error::BackplaneError;
use crate::server::redis::route::RouteKind;

struct Lab {
    registry: Registry,
    generation: u64,
    queue: mpsc::UnboundedReceiver<Publish>,
    window: Arc<Semaphore>,
}

fn named(channel: &str) -> Arc<str> {
    channel.into()
}

fn route() -> Route {
    Route {
        hub: Weak::new(),
        kind: RouteKind::All,
    }
}

impl Lab {
    /// A registry with a connection.
    fn open() -> Self {
        let registry = Registry::default();
        let generation = registry.begin();
        let (sender, queue) = mpsc::unbounded_channel();
        let session = Session {
            queue: sender,
            lost: CancellationToken::new(),
        };
        assert!(registry.open(&session));
        Self {
            registry,
            generation,
            queue,
            window: Arc::new(Semaphore::new(1000)),
        }
    }

    fn subscribe(&self, name: &str) {
        let name: Arc<str> = name.into();
        let _ = self.registry.acquire(&name, route());
        let work = self.registry.work(10);
        assert_eq!(work.subscribe, [Arc::clone(&name)]);
        self.registry.subscribed(&work.subscribe);
    }

    fn post(&mut self, channel: &str, payload: &'static str) -> Result<bool, BackplaneError> {
        let permit = Arc::clone(&self.window)
            .try_acquire_many_owned(10)
            .expect("room");
        let (serve_own, _) = self.registry.post(Publish {
            channel: channel.into(),
            payload: Bytes::from_static(payload.as_bytes()),
            echo: None,
            done: oneshot::channel().0,
            returned: None,
            is_probe: false,
            permit: Arc::new(permit),
        })?;
        Ok(serve_own)
    }

    fn answer(&mut self, accepted: bool) {
        let publish = self.queue.try_recv().expect("a message");
        let answered = publish.echo.map(|echo| Answered {
            channel: publish.channel,
            echo,
            accepted,
        });
        self.registry
            .answered(self.generation, answered.into_iter());
    }

    /// Whether a message is another server's.
    fn is_foreign(&self, channel: &str, payload: &'static str) -> bool {
        let payload = Bytes::from_static(payload.as_bytes());
        match self.registry.receive(self.generation, channel, &payload) {
            Received::Message(_) => true,
            Received::Echo => false,
            Received::Probe => panic!("none was sent"),
            Received::Unknown => panic!("nobody is subscribed to {channel}"),
        }
    }
}

#[test]
fn an_own_message_is_dropped_once() {
    let mut lab = Lab::open();
    lab.subscribe("all");
    assert_eq!(lab.post("all", "a"), Ok(true));
    lab.answer(true);
    assert!(!lab.is_foreign("all", "a"));
    assert!(lab.is_foreign("all", "a"));
    assert_eq!(lab.window.available_permits(), 1000);
}

#[test]
fn of_two_servers_with_the_same_bytes_each_is_heard_once() {
    let mut lab = Lab::open();
    lab.subscribe("all");
    assert_eq!(lab.post("all", "a"), Ok(true));
    assert_eq!(lab.post("all", "b"), Ok(true));
    let heard: Vec<_> = ["a", "x", "a", "b", "b"]
        .into_iter()
        .filter(|payload| lab.is_foreign("all", payload))
        .collect();
    assert_eq!(heard, ["x", "a", "b"]);
}

#[test]
fn an_own_message_is_remembered_for_its_own_channel() {
    let mut lab = Lab::open();
    lab.subscribe("g1");
    lab.subscribe("g2");
    assert_eq!(lab.post("g1", "a"), Ok(true));
    assert!(lab.is_foreign("g2", "a"));
    assert!(!lab.is_foreign("g1", "a"));
}

#[test]
fn nothing_comes_back_from_a_channel_without_subscription() {
    let mut lab = Lab::open();
    assert_eq!(lab.post("all", "a"), Ok(false));
    let name: Arc<str> = "all".into();
    let _ = lab.registry.acquire(&name, route());
    // Not confirmed: whether it comes back is not known, so it counts as another server's.
    assert_eq!(lab.post("all", "b"), Ok(false));
    let work = lab.registry.work(10);
    assert_eq!(lab.post("all", "c"), Ok(false));
    lab.registry.subscribed(&work.subscribe);
    assert_eq!(lab.post("all", "d"), Ok(true));
    assert!(lab.is_foreign("all", "c"));
}

#[test]
fn a_message_that_redis_refused_is_forgotten() {
    let mut lab = Lab::open();
    lab.subscribe("all");
    assert_eq!(lab.post("all", "a"), Ok(true));
    lab.answer(false);
    assert!(lab.is_foreign("all", "a"));
    assert_eq!(lab.window.available_permits(), 1000);
}

#[test]
fn a_lost_connection_makes_all_forgotten() {
    let mut lab = Lab::open();
    lab.subscribe("all");
    assert_eq!(lab.post("all", "a"), Ok(true));
    lab.registry.close();
    assert_eq!(lab.post("all", "b"), Err(BackplaneError::Unavailable));
    let old = lab.generation;
    lab.generation = lab.registry.begin();
    // What the old connection still brings counts no more.
    assert!(matches!(
        lab.registry.receive(old, "all", &Bytes::from_static(b"a")),
        Received::Unknown
    ));
    let work = lab.registry.work(10);
    assert_eq!(work.subscribe, [named("all")]);
    lab.registry.subscribed(&work.subscribe);
    assert!(lab.is_foreign("all", "a"));
    drop(lab.queue);
    assert_eq!(lab.window.available_permits(), 1000);
}

#[test]
fn a_channel_is_kept_until_everything_published_to_it_is_answered() {
    let mut lab = Lab::open();
    lab.subscribe("g");
    assert_eq!(lab.post("g", "a"), Ok(true));
    let settled = lab.registry.release(&named("g"));
    let work = lab.registry.work(10);
    assert!(work.unsubscribe.is_empty());
    lab.answer(true);
    let work = lab.registry.work(10);
    assert_eq!(work.unsubscribe, [named("g")]);
    // Given up already: a message is nobody's here, and its copy nobody's own.
    assert_eq!(lab.post("g", "b"), Ok(false));
    lab.registry.unsubscribed(&work.unsubscribe);
    assert_eq!(settled.expect("a wait").try_recv(), Ok(Ok(())));
    assert!(matches!(
        lab.registry
            .receive(lab.generation, "g", &Bytes::from_static(b"b")),
        Received::Unknown
    ));
}

#[test]
fn a_channel_that_is_wanted_again_while_it_is_given_up_is_subscribed_again() {
    let lab = Lab::open();
    lab.subscribe("g");
    lab.registry.release(&named("g"));
    let work = lab.registry.work(10);
    let again = lab.registry.acquire(&named("g"), route());
    assert!(lab.registry.work(10).subscribe.is_empty());
    lab.registry.unsubscribed(&work.unsubscribe);
    let work = lab.registry.work(10);
    assert_eq!(work.subscribe, [named("g")]);
    lab.registry.subscribed(&work.subscribe);
    assert_eq!(again.expect("a wait").try_recv(), Ok(Ok(())));
}

#[test]
fn a_refused_channel_is_told_to_those_who_wait() {
    let lab = Lab::open();
    let waiting = lab.registry.acquire(&named("g"), route());
    let work = lab.registry.work(10);
    lab.registry.refused(&work.subscribe[0], "NOPERM");
    assert_eq!(
        waiting.expect("a wait").try_recv(),
        Ok(Err(BackplaneError::Refused("NOPERM".to_owned())))
    );
}

#[test]
fn without_a_connection_nobody_waits() {
    let registry = Registry::default();
    assert!(registry.acquire(&named("g"), route()).is_none());
    assert!(registry.release(&named("g")).is_none());
    assert!(registry.work(10).subscribe.is_empty());
}

#[test]
fn messages_without_a_pause_do_not_keep_a_channel_that_nobody_needs() {
    let mut lab = Lab::open();
    lab.subscribe("g");
    assert_eq!(lab.post("g", "a"), Ok(true));
    lab.registry.release(&named("g"));
    // Nobody is left to be served, and the copy is nobody's own.
    assert_eq!(lab.post("g", "b"), Ok(false));
    lab.answer(true);
    let work = lab.registry.work(10);
    assert_eq!(work.unsubscribe, [named("g")]);
}

#[test]
fn leaving_a_channel_that_another_needs_at_once_is_not_waited_for() {
    let mut lab = Lab::open();
    lab.subscribe("g");
    assert_eq!(lab.post("g", "a"), Ok(true));
    let left = lab.registry.release(&named("g"));
    assert!(lab.registry.work(10).unsubscribe.is_empty());
    assert!(lab.registry.acquire(&named("g"), route()).is_none());
    assert_eq!(left.expect("a wait").try_recv(), Ok(Ok(())));
    lab.answer(true);
    assert!(lab.registry.work(10).unsubscribe.is_empty());
    assert!(!lab.is_foreign("g", "a"));
}

#[test]
fn members_of_a_refused_channel_are_served_without_it() {
    let mut lab = Lab::open();
    lab.registry.close();
    // Joined while there was no connection.
    assert!(lab.registry.acquire(&named("g"), route()).is_none());
    lab.registry.begin();
    let work = lab.registry.work(10);
    lab.registry.refused(&work.subscribe[0], "NOPERM");
    let (queue, messages) = mpsc::unbounded_channel();
    lab.queue = messages;
    assert!(lab.registry.open(&Session {
        queue,
        lost: CancellationToken::new(),
    }));
    assert_eq!(lab.post("g", "a"), Ok(true));
    assert!(lab.queue.try_recv().expect("a message").echo.is_none());
}
