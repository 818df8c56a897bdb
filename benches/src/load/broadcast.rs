use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::timeout;

use super::dialect::{Event, Request};
use super::figures::Latencies;
use super::text::Text;
use super::{Connection, Failure, Figures, Meter, Target};

/// A message that has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(15);
const AT_LEAST: u64 = 3;

/// Who gets what the sender sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Audience {
    All,
    /// A group that all are in.
    Group,
    /// The sender's user, who has no other connection.
    User,
}

impl Audience {
    fn method(self) -> &'static str {
        match self {
            Self::All => "Broadcast",
            Self::Group => "SendGroup",
            Self::User => "SendUser",
        }
    }
}

/// How far the receivers are.
#[derive(Default)]
pub(super) struct Progress {
    received: Cell<u64>,
    wanted: Cell<u64>,
    reached: Notify,
    failure: RefCell<Option<String>>,
}

impl Progress {
    pub(super) fn add(&self, messages: u64) {
        self.received.set(self.received.get() + messages);
        if self.received.get() >= self.wanted.get() {
            self.reached.notify_one();
        }
    }

    pub(super) fn fail(&self, failure: String) {
        self.failure.replace(Some(failure));
        self.reached.notify_one();
    }

    pub(super) async fn reach(&self, wanted: u64) -> Result<(), Failure> {
        self.wanted.set(wanted);
        while self.received.get() < wanted {
            if let Some(failure) = self.failure.take() {
                return Err(failure.into());
            }
            let reached = timeout(PATIENCE, self.reached.notified()).await;
            if reached.is_err() {
                return Err(format!("{} of {wanted} messages came", self.received.get()).into());
            }
        }
        Ok(())
    }
}

pub(super) async fn run(
    target: &Target,
    connections: usize,
    window: u64,
    seconds: f64,
    audience: Audience,
) -> Result<Figures, Failure> {
    // The sender is one more: it receives too.
    let mut open = target.open(connections + 1).await?;
    for connection in &mut open {
        connection.listen().await?;
    }
    let mut sender = open.pop().ok_or("no connections")?;
    let receivers = if audience == Audience::User {
        0
    } else {
        connections as u64
    };
    let progress = Rc::new(Progress::default());
    for mut receiver in open {
        let (progress, from) = (Rc::clone(&progress), sender.number);
        spawn_local(async move {
            if let Err(failure) = receive(&mut receiver, from, &progress).await {
                progress.fail(failure.to_string());
            }
        });
    }

    let mut latencies = Latencies::new()?;
    let mut sent = 0;
    for _ in 0..AT_LEAST {
        send(&mut sender, audience, window, &mut sent).await?;
        progress.reach(sent * receivers).await?;
    }
    let (meter, first) = (Meter::start(target)?, sent);
    let mut bursts = 0;
    while bursts < AT_LEAST || meter.began().elapsed().as_secs_f64() < seconds {
        let begun = Instant::now();
        send(&mut sender, audience, window, &mut sent).await?;
        // All have it: a server that only queues gains nothing.
        progress.reach(sent * receivers).await?;
        latencies.record(begun.elapsed());
        bursts += 1;
    }
    let spent = meter.stop()?;
    let messages = (sent - first) * (receivers + 1);
    Ok(Figures::of(messages, &spent).with_latencies(&latencies))
}

/// Calls the method `window` times at once; done when the sender has all answers and all messages.
async fn send(
    sender: &mut Connection,
    audience: Audience,
    window: u64,
    sent: &mut u64,
) -> Result<(), Failure> {
    let (mut own, mut answers) = (*sent, 0);
    for id in 0..window {
        sender.queue(Request::Call {
            id,
            target: audience.method(),
            text: Text::new(sender.number, *sent).as_str(),
        })?;
        *sent += 1;
    }
    sender.flush().await?;
    while answers < window || own < *sent {
        timeout(PATIENCE, sender.receive()).await.map_err(|_| {
            format!("the sender has {answers} of {window} answers, {own} of {sent} messages")
        })??;
        let number = sender.number;
        while let Some(event) = sender.next()? {
            match event {
                Event::Answer(..) => answers += 1,
                Event::Pushed(text) => {
                    in_order(text, number, own)?;
                    own += 1;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Every message, in the order in which they were sent.
async fn receive(
    receiver: &mut Connection,
    from: usize,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut received = 0;
    loop {
        receiver.receive().await?;
        let before = received;
        while let Some(event) = receiver.next()? {
            if let Event::Pushed(text) = event {
                in_order(text, from, received)?;
                received += 1;
            }
        }
        progress.add(received - before);
    }
}

fn in_order(text: &str, from: usize, number: u64) -> Result<(), Failure> {
    if text == Text::new(from, number).as_str() {
        Ok(())
    } else {
        Err(format!("{text} came instead of message {number}").into())
    }
}
