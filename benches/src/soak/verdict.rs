use std::fmt;

use super::ledger::Message;
use super::life::Facts;

/// What became of all messages.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) messages: usize,
    /// Messages whose sender got an error.
    pub(super) refused: usize,
    pub(super) connections: usize,
    pub(super) received: usize,
    /// How many times a message had to arrive somewhere.
    pub(super) due: usize,
    /// Did not arrive, as documented.
    pub(super) accounted: usize,
    pub(super) doubled: usize,
    /// Came to somebody it was not for.
    pub(super) strays: usize,
    pub(super) missing: usize,
}

impl Verdict {
    pub(super) fn misses(&mut self, message: &Message, facts: &Facts) {
        self.missing += 1;
        if self.missing <= 10 {
            println!(
                "missing: {}, sent at {:?} by server {}, at a client of server {} that came at {:?}",
                message.number, message.sent, message.server, facts.server, facts.from
            );
        }
    }

    pub(super) fn is_good(&self) -> bool {
        self.due > 0 && self.doubled + self.strays + self.missing == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "messages sent          {:>10}", self.messages)?;
        writeln!(f, "  with an error        {:>10}", self.refused)?;
        writeln!(f, "connections            {:>10}", self.connections)?;
        writeln!(f, "messages received      {:>10}", self.received)?;
        writeln!(f, "had to arrive          {:>10}", self.due)?;
        writeln!(f, "  lost without Redis   {:>10}", self.accounted)?;
        writeln!(f, "  twice                {:>10}", self.doubled)?;
        writeln!(f, "  at somebody else     {:>10}", self.strays)?;
        write!(f, "  missing              {:>10}", self.missing)
    }
}
