//! The hub: what a client may call.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use signalr::{CallerContext, CancellationToken, ConnectionError, HubError, UploadStream};
use signalr_chat_contract::{ChatApi, ChatClient, LOBBY, Message, Pulse};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::people::People;
use crate::rooms::Rooms;
use crate::{vote, words};

/// The bytes of the longest note.
const NOTE: usize = 64 * 1024;

/// Rooms full of people.
#[derive(Debug)]
pub struct ChatHub {
    rooms: Arc<Rooms>,
    people: Arc<People>,
}

/// The room that a connection is in; kept with the connection.
#[derive(Clone, Debug)]
struct Here(String);

#[signalr::hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    /// A hub of these rooms and people.
    pub fn new(rooms: Arc<Rooms>, people: Arc<People>) -> Self {
        Self { rooms, people }
    }

    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        self.people.arrive(user(cx)?);
        cx.clients().all().people(self.people.names()).await?;
        Ok(())
    }

    #[on_disconnected]
    async fn left(
        &self,
        cx: &CallerContext<Self>,
        _cause: Option<&ConnectionError>,
    ) -> Result<(), HubError> {
        self.people.depart(user(cx)?);
        self.leave(cx).await?;
        cx.clients().all().people(self.people.names()).await?;
        Ok(())
    }

    /// Goes to a room, out of the one before.
    pub async fn enter(
        &self,
        cx: &CallerContext<Self>,
        clock: Arc<Clock>,
        room: String,
    ) -> Result<(), HubError> {
        let (room, user) = (words::name(&room)?, user(cx)?);
        self.leave(cx).await?;
        self.rooms.enter(&room, cx.connection_id(), user)?;
        cx.items().insert(Here(room.clone()));
        cx.groups().add(&room).await?;
        let notice = Message::notice(clock.now(), user, format!("{user} came in."));
        cx.clients()
            .others_in_group(&room)
            .receive_message(notice)
            .await?;
        self.tell_rooms(cx).await
    }

    /// Says something to the room.
    pub async fn say(
        &self,
        cx: &CallerContext<Self>,
        clock: Arc<Clock>,
        text: String,
    ) -> Result<(), HubError> {
        let message = Message::said(clock.now(), user(cx)?, words::text(&text)?);
        self.post(cx, message).await
    }

    /// Says something to one person, who sees it in every tab, as the caller does.
    pub async fn whisper(
        &self,
        cx: &CallerContext<Self>,
        clock: Arc<Clock>,
        to: String,
        text: String,
    ) -> Result<(), HubError> {
        if !self.people.has(&to) {
            return Err(HubError::visible(format!("Nobody here is called {to}.")));
        }
        let from = user(cx)?;
        let message = Message::whisper(clock.now(), from, to.clone(), words::text(&text)?);
        cx.clients()
            .users([from, &to])
            .receive_message(message)
            .await?;
        Ok(())
    }

    /// Lets the others in the room know that the caller is typing.
    pub async fn typing(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        cx.clients()
            .others_in_group(&here(cx)?)
            .typing(user(cx)?.to_owned())
            .await?;
        Ok(())
    }

    /// What was said in the room, oldest first.
    pub fn history(
        &self,
        cx: &CallerContext<Self>,
    ) -> Result<impl Stream<Item = Message>, HubError> {
        Ok(stream::iter(self.rooms.history(&here(cx)?)))
    }

    /// How lively the room is, at once and whenever that changes, until the room or the caller's interest ends.
    pub fn pulse(
        &self,
        cx: &CallerContext<Self>,
        stop: CancellationToken,
    ) -> Result<impl Stream<Item = Pulse>, HubError> {
        let pulse = self.rooms.pulse(&here(cx)?).ok_or_else(outside)?;
        Ok(stream::unfold(pulse, next).take_until(stop.cancelled_owned()))
    }

    /// Shares a longer text with the room; tells the caller how much of it has arrived.
    pub async fn share_note(
        &self,
        cx: &CallerContext<Self>,
        clock: Arc<Clock>,
        title: String,
        mut chunks: UploadStream<String>,
    ) -> Result<usize, HubError> {
        let title = words::title(&title)?;
        let mut text = String::new();
        while let Some(chunk) = chunks.next().await {
            text.push_str(&chunk?);
            if text.len() > NOTE {
                return Err(HubError::visible(format!(
                    "A note has at most {NOTE} bytes."
                )));
            }
            cx.clients()
                .caller()
                .note_progress(text.len() as u64)
                .await?;
        }
        let bytes = text.len();
        self.post(cx, Message::note(clock.now(), user(cx)?, title, text))
            .await?;
        Ok(bytes)
    }

    /// Ends the room if everybody else in it agrees; says whether it did.
    pub async fn end_room(
        &self,
        cx: &CallerContext<Self>,
        clock: Arc<Clock>,
    ) -> Result<bool, HubError> {
        let room = here(cx)?;
        if room == LOBBY {
            return Err(HubError::visible("The lobby stays open."));
        }
        let asker = user(cx)?;
        let mut others = self.rooms.members(&room);
        others.remove(cx.connection_id());
        let votes = vote::ask(
            cx,
            others,
            format!("{asker} wants to end “{room}”. Do you agree?"),
        )
        .await;
        for vote in &votes {
            let notice = Message::notice(clock.now(), &vote.user, vote.to_string());
            cx.clients().group(&room).receive_message(notice).await?;
        }
        let agreed = votes.iter().all(vote::Vote::agrees);
        if agreed {
            self.rooms.end(&room);
            cx.clients().group(&room).room_ended(room.clone()).await?;
            self.tell_rooms(cx).await?;
        }
        Ok(agreed)
    }

    #[hub_method(skip)]
    async fn post(&self, cx: &CallerContext<Self>, message: Message) -> Result<(), HubError> {
        let room = here(cx)?;
        self.rooms.remember(&room, &message);
        cx.clients().group(&room).receive_message(message).await?;
        Ok(())
    }

    #[hub_method(skip)]
    async fn leave(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        let Some(here) = cx.items().remove::<Here>() else {
            return Ok(());
        };
        self.rooms.leave(&here.0, cx.connection_id());
        cx.groups().remove(&here.0).await?;
        self.tell_rooms(cx).await
    }

    #[hub_method(skip)]
    async fn tell_rooms(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        cx.clients().all().rooms(self.rooms.summaries()).await?;
        Ok(())
    }
}

/// The caller's name: chosen on the page, made the user id by the server's provider.
fn user(cx: &CallerContext<ChatHub>) -> Result<&str, HubError> {
    cx.user_id()
        .ok_or_else(|| HubError::visible("Choose a name of 1 to 24 letters."))
}

fn here(cx: &CallerContext<ChatHub>) -> Result<String, HubError> {
    cx.items()
        .get::<Here>()
        .map(|here| here.0.clone())
        .ok_or_else(outside)
}

fn outside() -> HubError {
    HubError::visible("Enter a room first.")
}

async fn next(mut pulse: watch::Receiver<Pulse>) -> Option<(Pulse, watch::Receiver<Pulse>)> {
    pulse.changed().await.ok()?;
    let now = *pulse.borrow_and_update();
    Some((now, pulse))
}
