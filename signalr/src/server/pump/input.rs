use std::task::{Context, Poll};

use super::resume::Change;
use super::{Pump, reader};
use crate::connection::Fill;
use crate::server::end::End;

/// The other end's side of the transport.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    Open,
    /// It closed in good order.
    Closed,
    /// It asked for the end and still listens.
    Dismissed,
    Lost,
    /// There is no transport now, or it is given up for another one.
    Away,
}

impl Pump {
    /// Looks after the transport and takes in what has arrived.
    pub(super) fn poll_transport(&mut self, cx: &mut Context<'_>, held_up: bool) -> bool {
        let mut worked = false;
        loop {
            let changed = self.poll_resume(cx);
            worked |= changed | self.poll_fill(cx, held_up);
            if !changed && (self.input != Input::Lost || self.resume.is_none()) {
                return worked;
            }
        }
    }

    /// Puts another transport in the place of one that was lost; whether anything changed.
    pub(super) fn poll_resume(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(resume) = &mut self.resume else {
            return false;
        };
        if matches!(self.input, Input::Closed | Input::Dismissed) {
            return false;
        }
        let connection = &self.connection;
        if self.input == Input::Lost {
            resume.lost(&mut self.link, &connection.outbound);
        } else {
            let change = resume.poll(cx, &mut self.link, &connection.outbound);
            if !resume.is_attached() && self.input != Input::Away {
                self.input = Input::Away;
                // Until the newcomer is there, nothing goes out.
                connection.outbound.stuck(true);
            }
            match change {
                Poll::Pending => return false,
                Poll::Ready(Change::Attached) => {
                    tracing::debug!(connection = connection.id(), "resumed");
                    self.input = Input::Open;
                    connection.resumed();
                    return true;
                }
                Poll::Ready(Change::Closed) => {
                    self.input = Input::Closed;
                    self.resume = None;
                    return true;
                }
                Poll::Ready(Change::Expired) => {
                    self.input = Input::Lost;
                    self.resume = None;
                    return true;
                }
                Poll::Ready(Change::Detached) => {}
            }
        }
        tracing::debug!(connection = connection.id(), "waits for another transport");
        self.input = Input::Away;
        connection.detached();
        true
    }

    /// Takes in all that has arrived, as far as there is room. One look is allowed in any case
    /// unless messages are held up: a single message may be larger than the buffer.
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>, held_up: bool) -> bool {
        let mut filled = false;
        self.is_read_out = false;
        // What the last turn has left is read first.
        while self.input == Input::Open && !self.reader.has_more() {
            let has_room = self.reader.has_room(&self.link) || !(filled || held_up);
            let found = if has_room {
                self.link.poll_fill(cx)
            } else {
                // The end must not wait behind messages that nobody may ever read.
                self.link.poll_end(cx)
            };
            match found {
                Poll::Ready(Fill::Data) => {}
                Poll::Ready(Fill::Closed) => self.input = Input::Closed,
                Poll::Ready(Fill::Dismissed) => self.input = Input::Dismissed,
                Poll::Ready(Fill::Lost(error)) => {
                    tracing::debug!(connection = self.connection.id(), %error, "lost");
                    self.input = Input::Lost;
                }
                Poll::Pending => {
                    self.is_read_out = has_room;
                    break;
                }
            }
            filled = true;
        }
        filled
    }

    /// Reads messages until the input is used up or a message has to wait.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        if matches!(self.input, Input::Closed | Input::Lost) {
            // No answer arrives any more, but what was asked for is still carried out, in its
            // order; a queue that is full must not keep it from being read.
            self.connection.outbound.close();
        }
        let read = self.reader.poll_messages(
            cx,
            &mut self.link,
            &self.service.hub,
            &self.connection,
            &mut self.running,
        )?;
        if matches!(self.input, Input::Open | Input::Away) || self.reader.has_more() {
            return Ok(read);
        }
        if self.input == Input::Dismissed {
            return Err(if self.link.unread() > 0 && !self.is_held_up() {
                End::Failed(reader::cut_off())
            } else {
                End::Released
            });
        }
        if self.reader.is_blocked() {
            // What runs now may wait for the client's end.
            self.connection.aborted().cancel();
            return Ok(read);
        }
        let cause = (self.link.unread() > 0).then(reader::cut_off);
        Err(End::TransportGone { cause })
    }
}
