use std::fmt;

use crate::client::BuildError;

/// Which proxy a connection goes through.
///
/// Requests to `https` and `wss` URLs go through a tunnel (`CONNECT`), others are handed to the
/// proxy. Not every proxy lets a WebSocket to a `ws` URL pass; the connection then falls back to
/// another transport.
#[derive(Clone, Default)]
pub struct Proxy(Choice);

#[derive(Clone, Default)]
enum Choice {
    #[default]
    Environment,
    None,
    Url {
        url: String,
        except: Option<String>,
    },
}

impl Proxy {
    /// The one that the environment names: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, but for
    /// the hosts in `NO_PROXY`; on Windows and macOS also the system's settings. The default.
    #[must_use]
    pub fn environment() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// The proxy at this URL: `http://user:password@proxy.example:3128`; the schemes `https`,
    /// `socks4`, `socks4a`, `socks5` and `socks5h` work too.
    pub fn url(url: impl Into<String>) -> Self {
        Self(Choice::Url {
            url: url.into(),
            except: None,
        })
    }

    /// Connects directly to these hosts, written as in `NO_PROXY`: `localhost,.corp.example`.
    /// Without meaning unless the proxy was given by URL.
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        if let Choice::Url { except, .. } = &mut self.0 {
            *except = Some(hosts.into());
        }
        self
    }

    pub(super) fn apply(
        &self,
        client: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, BuildError> {
        match &self.0 {
            Choice::Environment => Ok(client),
            Choice::None => Ok(client.no_proxy()),
            Choice::Url { url, except } => {
                let proxy = reqwest::Proxy::all(url.as_str())
                    .map_err(|_| BuildError::new("the proxy's URL makes no sense"))?;
                let except = except.as_deref().and_then(reqwest::NoProxy::from_string);
                Ok(client.no_proxy().proxy(proxy.no_proxy(except)))
            }
        }
    }
}

/// Shows no URL: it may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Choice::Environment => "Proxy::environment()",
            Choice::None => "Proxy::none()",
            Choice::Url { .. } => "Proxy::url(..)",
        })
    }
}
