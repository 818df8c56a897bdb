use std::fmt;
use std::sync::{Arc, Mutex};

use super::channels::ChannelNames;
use super::lifetime::RedisLifetime;
use super::link::LinkGuard;
use super::options::RedisOptions;
use crate::connection::lock;
use crate::server::lifetime::{HubInfo, LifetimeManager, ScaleOut, ScaleOutError};

/// Joins the hubs of one server with those of others over Redis.
///
/// [`SignalRBuilder::redis`](crate::server::SignalRBuilder::redis) makes one; by itself it is of
/// use to tests of lifetime managers.
pub struct Backplane {
    options: Mutex<Option<RedisOptions>>,
    link: Mutex<Option<Arc<LinkGuard>>>,
    hubs: Mutex<Vec<Box<str>>>,
    server: Box<str>,
}

impl Backplane {
    /// A backplane that connects with the first hub.
    #[must_use]
    pub fn new(options: RedisOptions) -> Self {
        Self {
            options: Mutex::new(Some(options)),
            link: Mutex::default(),
            hubs: Mutex::default(),
            server: server_name().into(),
        }
    }

    fn link(&self) -> Result<Arc<LinkGuard>, ScaleOutError> {
        let mut link = lock(&self.link);
        if let Some(link) = &*link {
            return Ok(Arc::clone(link));
        }
        let options = lock(&self.options)
            .take()
            .ok_or("the options of Redis are wrong")?;
        if let Some(fault) = options.fault() {
            return Err(format!("options of Redis: {fault}").into());
        }
        let client = options.client()?;
        Ok(Arc::clone(
            link.insert(Arc::new(LinkGuard::new(options, client))),
        ))
    }
}

impl ScaleOut for Backplane {
    fn lifetime(&self, hub: &HubInfo) -> Result<Arc<dyn LifetimeManager>, ScaleOutError> {
        let link = self.link()?;
        let prefixes = &link.options().hub_prefixes;
        let prefix = prefixes.get(hub.name).map_or(hub.name, String::as_str);
        let mut hubs = lock(&self.hubs);
        if hubs.iter().any(|other| **other == *prefix) {
            return Err(format!(
                "two hubs have the prefix `{prefix}` and would get each other's messages; give one another with `RedisOptions::hub_prefix`"
            )
            .into());
        }
        hubs.push(prefix.into());
        let names = ChannelNames::new(&link.options().channel_prefix, prefix, &self.server);
        let lifetime = RedisLifetime::new(Arc::clone(&link), names, &self.server, hub.protocols);
        link.start();
        Ok(lifetime)
    }
}

/// `{machine}_{32 hexadecimal digits}`, as the reference names its servers.
fn server_name() -> String {
    let mut id = [0; 16];
    getrandom::fill(&mut id).expect("the operating system gives random numbers");
    let machine = std::fs::read_to_string("/etc/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    let machine = machine.as_deref().map_or("server", str::trim);
    format!("{machine}_{:032x}", u128::from_be_bytes(id))
}

impl fmt::Debug for Backplane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backplane")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
