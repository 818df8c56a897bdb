use std::sync::Arc;

/// The names of a hub's channels: `{channel prefix}{hub prefix}:..`, compared by their bytes.
#[derive(Debug)]
pub(super) struct ChannelNames {
    /// Goes before every name, without a separator; never part of a payload.
    channel_prefix: Box<str>,
    hub: Box<str>,
    server: Box<str>,
}

impl ChannelNames {
    pub(super) fn new(channel_prefix: &str, hub: &str, server: &str) -> Self {
        Self {
            channel_prefix: channel_prefix.into(),
            hub: hub.into(),
            server: server.into(),
        }
    }

    fn name(&self, kind: &str, rest: &str) -> Arc<str> {
        [&self.channel_prefix, &self.hub, kind, rest]
            .concat()
            .into()
    }

    pub(super) fn all(&self) -> Arc<str> {
        self.name(":all", "")
    }

    /// Where every server hears of groups to join and to leave.
    pub(super) fn group_commands(&self) -> Arc<str> {
        self.name(":internal:groups", "")
    }

    pub(super) fn acks(&self, server: &str) -> Arc<str> {
        self.name(":internal:ack:", server)
    }

    /// Where this server is sent the answers of clients.
    pub(super) fn returns(&self) -> Arc<str> {
        self.name(":internal:return:", &self.server)
    }

    /// The same as other servers are told it.
    pub(super) fn return_address(&self) -> String {
        format!("{}:internal:return:{}", self.hub, self.server)
    }

    /// The channel of an address in a payload.
    pub(super) fn addressed(&self, address: &str) -> Arc<str> {
        [&self.channel_prefix, address].concat().into()
    }

    pub(super) fn connection(&self, id: &str) -> Arc<str> {
        self.name(":connection:", id)
    }

    pub(super) fn group(&self, name: &str) -> Arc<str> {
        self.name(":group:", name)
    }

    pub(super) fn user(&self, id: &str) -> Arc<str> {
        self.name(":user:", id)
    }

    /// Where servers of this project ask each other what ASP.NET Core has no words for.
    pub(super) fn fleet(&self) -> Arc<str> {
        self.name(":internal:fleet:1", "")
    }

    /// Where this server is sent the answers to what it asked the fleet.
    pub(super) fn fleet_replies(&self, server: &str) -> Arc<str> {
        self.name(":internal:fleet:1:", server)
    }
}

#[cfg(test)]
mod tests {
    use super::ChannelNames;

    #[test]
    fn names_are_those_of_the_reference() {
        let names = ChannelNames::new("MyApp", "Chat.Hubs.ChatHub", "web-1_02db");
        assert_eq!(&*names.all(), "MyAppChat.Hubs.ChatHub:all");
        assert_eq!(
            &*names.group_commands(),
            "MyAppChat.Hubs.ChatHub:internal:groups"
        );
        assert_eq!(
            &*names.acks("other"),
            "MyAppChat.Hubs.ChatHub:internal:ack:other"
        );
        assert_eq!(
            &*names.returns(),
            "MyAppChat.Hubs.ChatHub:internal:return:web-1_02db"
        );
        assert_eq!(
            names.return_address(),
            "Chat.Hubs.ChatHub:internal:return:web-1_02db"
        );
        assert_eq!(names.addressed(&names.return_address()), names.returns());
        assert_eq!(
            &*names.connection("c1"),
            "MyAppChat.Hubs.ChatHub:connection:c1"
        );
        assert_eq!(&*names.group("a:b*"), "MyAppChat.Hubs.ChatHub:group:a:b*");
        assert_eq!(&*names.user("ann"), "MyAppChat.Hubs.ChatHub:user:ann");
    }
}
