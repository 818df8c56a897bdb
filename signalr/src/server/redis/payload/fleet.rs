use bytes::Bytes;
use rmp::encode;

use super::reader::{Malformed, Reader};

/// What servers of this project ask each other.
///
/// `[id, server, kind, selection, names, text, wants ids]`; `id` 0 wants no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) struct FleetAsk {
    pub(in crate::server::redis) id: i32,
    pub(in crate::server::redis) server: Box<str>,
    pub(in crate::server::redis) question: Question,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) enum Question {
    /// End the connections of these recipients, for a reason.
    Disconnect(Selection, Box<str>),
    /// Tell how many connections these recipients have with you, and if asked for, their ids.
    List(Selection, bool),
}

/// Connections, by what an application knows of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) enum Selection {
    All,
    Connections(Vec<Box<str>>),
    Groups(Vec<Box<str>>),
    Users(Vec<Box<str>>),
    AllExcept(Vec<Box<str>>),
    /// The first is the group.
    GroupExcept(Vec<Box<str>>),
}

impl Selection {
    fn code(&self) -> (u8, &[Box<str>]) {
        match self {
            Self::All => (0, &[]),
            Self::Connections(names) => (1, names),
            Self::Groups(names) => (2, names),
            Self::Users(names) => (3, names),
            Self::AllExcept(names) => (4, names),
            Self::GroupExcept(names) => (5, names),
        }
    }

    fn of(code: i64, names: Vec<Box<str>>) -> Option<Self> {
        Some(match code {
            0 => Self::All,
            1 => Self::Connections(names),
            2 => Self::Groups(names),
            3 => Self::Users(names),
            4 => Self::AllExcept(names),
            5 => Self::GroupExcept(names),
            _ => return None,
        })
    }
}

impl FleetAsk {
    pub(in crate::server::redis) fn write(&self) -> Bytes {
        let (kind, selection, text, wants_ids) = match &self.question {
            Question::Disconnect(selection, reason) => (1, selection, &**reason, false),
            Question::List(selection, ids) => (2, selection, "", *ids),
        };
        let (code, names) = selection.code();
        let mut out = Vec::with_capacity(128);
        // A vector takes all bytes.
        let _ = encode::write_array_len(&mut out, 7);
        let _ = encode::write_sint(&mut out, self.id.into());
        let _ = encode::write_str(&mut out, &self.server);
        let _ = encode::write_uint(&mut out, kind);
        let _ = encode::write_uint(&mut out, code.into());
        let _ = encode::write_array_len(&mut out, names.len() as u32);
        for name in names {
            let _ = encode::write_str(&mut out, name);
        }
        let _ = encode::write_str(&mut out, text);
        let _ = encode::write_bool(&mut out, wants_ids);
        out.into()
    }

    /// `None` for a question that is not known.
    pub(in crate::server::redis) fn read(payload: &Bytes) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new(payload);
        reader.items(7, "FleetAsk")?;
        let id = reader.integer()? as i32;
        let server = reader.text()?.into();
        let kind = reader.integer()?;
        let code = reader.integer()?;
        let names = names(&mut reader)?;
        let text = reader.text()?;
        let wants_ids = reader.boolean()?;
        let Some(selection) = Selection::of(code, names) else {
            return Ok(None);
        };
        let question = match kind {
            1 => Question::Disconnect(selection, text.into()),
            2 => Question::List(selection, wants_ids),
            _ => return Ok(None),
        };
        Ok(Some(Self {
            id,
            server,
            question,
        }))
    }
}

/// One server's answer: `[id, server, count, ids]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) struct FleetReply {
    pub(in crate::server::redis) id: i32,
    pub(in crate::server::redis) server: Box<str>,
    pub(in crate::server::redis) count: usize,
    pub(in crate::server::redis) ids: Vec<Box<str>>,
}

impl FleetReply {
    pub(in crate::server::redis) fn write(&self) -> Bytes {
        let mut out = Vec::with_capacity(64 + 32 * self.ids.len());
        // A vector takes all bytes.
        let _ = encode::write_array_len(&mut out, 4);
        let _ = encode::write_sint(&mut out, self.id.into());
        let _ = encode::write_str(&mut out, &self.server);
        let _ = encode::write_uint(&mut out, self.count as u64);
        let _ = encode::write_array_len(&mut out, self.ids.len() as u32);
        for id in &self.ids {
            let _ = encode::write_str(&mut out, id);
        }
        out.into()
    }

    pub(in crate::server::redis) fn read(payload: &Bytes) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        reader.items(4, "FleetReply")?;
        Ok(Self {
            id: reader.integer()? as i32,
            server: reader.text()?.into(),
            count: reader.integer()?.try_into().unwrap_or(0),
            ids: names(&mut reader)?,
        })
    }
}

fn names(reader: &mut Reader<'_>) -> Result<Vec<Box<str>>, Malformed> {
    let names = reader.list()?;
    (0..names).map(|_| reader.text().map(Into::into)).collect()
}

#[cfg(test)]
mod tests {
    use super::{FleetAsk, FleetReply, Question, Selection};

    #[test]
    fn what_is_written_is_read() {
        for question in [
            Question::Disconnect(Selection::Users(vec!["ann".into()]), "bye".into()),
            Question::Disconnect(Selection::All, "".into()),
            Question::List(Selection::GroupExcept(vec!["g".into(), "c".into()]), true),
            Question::List(Selection::Connections(vec!["c".into()]), false),
        ] {
            let ask = FleetAsk {
                id: -3,
                server: "s".into(),
                question,
            };
            assert_eq!(FleetAsk::read(&ask.write()), Ok(Some(ask)));
        }
        let reply = FleetReply {
            id: 7,
            server: "s".into(),
            count: 70_000,
            ids: vec!["a".into(), "b".into()],
        };
        assert_eq!(FleetReply::read(&reply.write()), Ok(reply));
    }
}
