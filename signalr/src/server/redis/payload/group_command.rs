use bytes::Bytes;
use rmp::encode;

use super::reader::{Malformed, Reader};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::redis) enum GroupAction {
    Add,
    Remove,
}

/// A connection held by another server is to join or leave a group.
///
/// `[id, server, action, group, connection]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) struct GroupCommand {
    pub(in crate::server::redis) id: i32,
    /// Who asks and is sent the ack.
    pub(in crate::server::redis) server: Box<str>,
    pub(in crate::server::redis) action: GroupAction,
    pub(in crate::server::redis) group: Box<str>,
    pub(in crate::server::redis) connection_id: Box<str>,
}

impl GroupCommand {
    pub(in crate::server::redis) fn write(&self) -> Bytes {
        let mut out = Vec::with_capacity(
            24 + self.server.len() + self.group.len() + self.connection_id.len(),
        );
        // A vector takes all bytes.
        let _ = encode::write_array_len(&mut out, 5);
        let _ = encode::write_sint(&mut out, self.id.into());
        let _ = encode::write_str(&mut out, &self.server);
        let action = match self.action {
            GroupAction::Add => 1,
            GroupAction::Remove => 2,
        };
        let _ = encode::write_uint(&mut out, action);
        let _ = encode::write_str(&mut out, &self.group);
        let _ = encode::write_str(&mut out, &self.connection_id);
        out.into()
    }

    /// `None` for an action that is not known.
    pub(in crate::server::redis) fn read(payload: &Bytes) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new(payload);
        reader.items(5, "GroupCommand")?;
        let id = reader.integer()? as i32;
        let server = reader.text()?.into();
        let action = match reader.integer()? {
            1 => GroupAction::Add,
            2 => GroupAction::Remove,
            _ => return Ok(None),
        };
        Ok(Some(Self {
            id,
            server,
            action,
            group: reader.text()?.into(),
            connection_id: reader.text()?.into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::hex;
    use super::{GroupAction, GroupCommand};

    fn command(id: i32, server: &str, action: GroupAction, group: &str, on: &str) -> GroupCommand {
        GroupCommand {
            id,
            server: server.into(),
            action,
            group: group.into(),
            connection_id: on.into(),
        }
    }

    #[test]
    fn commands_are_those_of_the_reference() {
        let server = "web-1_02db60e5fab243b890a847fa5c4dcb29";
        let named = "7765622d315f3032646236306535666162323433623839306138343766613563346463623239";
        for (command, bytes) in [
            (
                command(42, "S", GroupAction::Add, "G", "C"),
                "95 2a a1 53 01 a1 47 a1 43".to_owned(),
            ),
            (
                command(42, "S", GroupAction::Remove, "G", "C"),
                "95 2a a1 53 02 a1 47 a1 43".to_owned(),
            ),
            (
                command(1, server, GroupAction::Add, "room", "c1"),
                format!("95 01 d926 {named} 01 a4 726f6f6d a2 6331"),
            ),
            (
                command(300, server, GroupAction::Remove, "room", "c1"),
                format!("95 cd012c d926 {named} 02 a4 726f6f6d a2 6331"),
            ),
        ] {
            assert_eq!(command.write(), hex(&bytes));
            assert_eq!(GroupCommand::read(&hex(&bytes).into()), Ok(Some(command)));
        }
    }

    #[test]
    fn more_items_are_ignored_and_fewer_refused() {
        let read = |bytes| GroupCommand::read(&hex(bytes).into());
        assert!(matches!(read("96 2a a1 53 01 a1 47 a1 43 c3"), Ok(Some(_))));
        assert_eq!(
            read("94 2a a1 53 01 a1 47").unwrap_err().to_string(),
            "Insufficient items in GroupCommand array."
        );
        assert_eq!(read("95 2a a1 53 09 a1 47 a1 43"), Ok(None));
        assert!(read("95 2a a1 53 01 a1").is_err());
    }
}
