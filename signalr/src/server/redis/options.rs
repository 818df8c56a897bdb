use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use redis::{Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion};

use super::health::RedisHealth;
use crate::server::Hub;
use crate::server::lifetime::ScaleOutError;

/// Where Redis is, how it is used and how long things may take.
///
/// Redis 6 or later, or Valkey; a single server or one behind Sentinel's or a provider's address.
#[must_use]
pub struct RedisOptions {
    address: Address,
    user: Option<String>,
    password: Option<String>,
    database: Option<i64>,
    tls: bool,
    pub(super) channel_prefix: String,
    pub(super) hub_prefixes: HashMap<&'static str, String>,
    pub(super) connect_timeout: Duration,
    pub(super) command_timeout: Duration,
    pub(super) ping_interval: Duration,
    pub(super) first_retry: Duration,
    pub(super) longest_retry: Duration,
    pub(super) ack_timeout: Duration,
    pub(super) publish_window: usize,
    pub(super) client_backlog: usize,
    pub(super) health: RedisHealth,
}

enum Address {
    Url(String),
    Client(Box<Client>),
}

impl RedisOptions {
    /// A Redis at `address`: `host`, `host:port`, `redis://[user[:password]@]host[:port][/database]`,
    /// `rediss://..` for TLS, or `unix:///path`. [`build`](crate::server::SignalRBuilder::build)
    /// fails if it is none of these.
    pub fn new(address: impl Into<String>) -> Self {
        Self::of(Address::Url(address.into()))
    }

    /// The Redis that this client is set up for, with its address, credentials and certificates.
    ///
    /// The server opens connections of its own with it: one that is subscribed can do nothing else.
    pub fn with_client(client: &Client) -> Self {
        Self::of(Address::Client(Box::new(client.clone())))
    }

    fn of(address: Address) -> Self {
        Self {
            address,
            user: None,
            password: None,
            database: None,
            tls: false,
            channel_prefix: String::new(),
            hub_prefixes: HashMap::new(),
            connect_timeout: Duration::from_secs(5),
            command_timeout: Duration::from_secs(5),
            ping_interval: Duration::from_secs(5),
            first_retry: Duration::from_millis(100),
            longest_retry: Duration::from_secs(5),
            ack_timeout: Duration::from_secs(10),
            publish_window: 16 << 20,
            client_backlog: 1 << 20,
            health: RedisHealth::default(),
        }
    }

    /// The user of Redis' access control lists. Default: what the address says, or `default`. It
    /// needs `+publish +subscribe +unsubscribe +hello +pubsub` and the channels
    /// `&{channel prefix}*`; `+client` and `+role` are made use of.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password. Default: what the address says, or none.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The database. Default: what the address says, or 0. Channels do not belong to one; it
    /// matters only where the user may not use database 0.
    pub fn database(mut self, database: i64) -> Self {
        self.database = Some(database);
        self
    }

    /// Speaks TLS, whatever the address says, and trusts what the operating system trusts. For
    /// other certificates see [`with_client`](Self::with_client). Default: as the address says.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Goes before the name of every channel, without a separator: keeps applications apart that
    /// share a Redis. `Configuration.ChannelPrefix` of ASP.NET Core. Default: empty.
    pub fn channel_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.channel_prefix = prefix.into();
        self
    }

    /// By what name the servers know a hub. Servers with ASP.NET Core use the full name of the
    /// hub's .NET type, such as `Chat.Hubs.ChatHub`. Default: the name of the Rust type without
    /// its path.
    pub fn hub_prefix<H: Hub>(mut self, prefix: impl Into<String>) -> Self {
        self.hub_prefixes.insert(H::NAME, prefix.into());
        self
    }

    /// How long connecting may take, and how long clients and messages wait for the first
    /// connection after the server's start. Default: 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long Redis may take to answer; then the connection counts as lost. Default: 5 s.
    pub fn command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// How often this server sends itself a message through Redis, to see that messages come round
    /// and that this Redis is still the primary. Default: 5 s.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How long to wait before connecting again: `first`, then twice as long each time up to
    /// `longest`. A connection that lasted longer than that is restored at once. Default: 100 ms
    /// and 5 s.
    pub fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.first_retry = first;
        self.longest_retry = longest;
        self
    }

    /// How long adding a connection of another server to a group may take. Default: 10 s. (ASP.NET
    /// Core waits 30 s, also for a connection that is nowhere; this server learns that at once.)
    pub fn ack_timeout(mut self, timeout: Duration) -> Self {
        self.ack_timeout = timeout;
        self
    }

    /// How many bytes may be on their way through Redis at a time, 256 for each message included;
    /// who sends more waits. Default: 16 MiB.
    pub fn publish_window(mut self, bytes: usize) -> Self {
        self.publish_window = bytes;
        self
    }

    /// How many bytes from other servers wait for a client whose queue is full; one that falls
    /// further behind is let go. Default: 1 MiB.
    pub fn client_backlog(mut self, bytes: usize) -> Self {
        self.client_backlog = bytes;
        self
    }

    /// How the connection to Redis is, from now on.
    #[must_use]
    pub fn health(&self) -> RedisHealth {
        self.health.clone()
    }

    /// The client that connections are opened with.
    pub(super) fn client(&self) -> Result<Client, ScaleOutError> {
        let info = match &self.address {
            Address::Client(client) => client.get_connection_info().clone(),
            Address::Url(url) if url.contains("://") => url.as_str().into_connection_info()?,
            Address::Url(plain) => format!("redis://{plain}").into_connection_info()?,
        };
        let mut settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        if let Some(user) = &self.user {
            settings = settings.set_username(user);
        }
        if let Some(password) = &self.password {
            settings = settings.set_password(password);
        }
        if let Some(database) = self.database {
            settings = settings.set_db(database);
        }
        let addr = match info.addr().clone() {
            ConnectionAddr::Tcp(host, port) if self.tls => ConnectionAddr::TcpTls {
                host,
                port,
                insecure: false,
                tls_params: None,
            },
            addr => addr,
        };
        let no_delay = info.tcp_settings().clone().set_nodelay(true);
        let info = info
            .set_addr(addr)
            .set_redis_settings(settings)
            .set_tcp_settings(no_delay);
        Ok(Client::open(info)?)
    }

    /// What is wrong with the values, if anything is.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let faults = [
            (self.publish_window == 0, "`publish_window` must not be 0"),
            (
                self.connect_timeout.is_zero()
                    || self.command_timeout.is_zero()
                    || self.ping_interval.is_zero()
                    || self.ack_timeout.is_zero(),
                "the time-outs must not be zero",
            ),
            (
                self.longest_retry.is_zero() || self.first_retry > self.longest_retry,
                "`retry` needs a longest delay that is neither zero nor below the first",
            ),
        ];
        faults
            .into_iter()
            .find_map(|(is_wrong, text)| is_wrong.then_some(text))
    }
}

impl fmt::Debug for RedisOptions {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("channel_prefix", &self.channel_prefix)
            .field("hub_prefixes", &self.hub_prefixes)
            .field("health", &self.health)
            .finish_non_exhaustive()
    }
}
