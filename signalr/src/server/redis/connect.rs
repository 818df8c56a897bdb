use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, PushInfo, RedisResult};
use tokio_util::sync::CancellationToken;

use super::options::RedisOptions;

/// Opens connections to Redis.
pub(super) struct Connections {
    client: Client,
    /// The last connection that published, as Redis knows it.
    publisher: Option<ClientName>,
}

/// How Redis tells connections apart. The number alone does not do: a Redis that was restarted
/// begins again.
struct ClientName {
    id: String,
    address: String,
}

impl Connections {
    pub(super) fn new(client: Client) -> Self {
        if matches!(
            client.get_connection_info().addr(),
            ConnectionAddr::TcpTls { .. }
        ) {
            // Only where the application has chosen none.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        Self {
            client,
            publisher: None,
        }
    }

    fn config(options: &RedisOptions) -> AsyncConnectionConfig {
        AsyncConnectionConfig::new()
            .set_connection_timeout(Some(options.connect_timeout))
            .set_response_timeout(Some(options.command_timeout))
    }

    /// A connection for publishing. The one before it, should Redis still have it, is ended first:
    /// what it had sent and Redis has not read must not come up later, when nobody remembers it.
    pub(super) async fn publisher(
        &mut self,
        options: &RedisOptions,
    ) -> RedisResult<MultiplexedConnection> {
        let mut redis = self
            .client
            .get_multiplexed_async_connection_with_config(&Self::config(options))
            .await?;
        if let Some(old) = self.publisher.take() {
            let killed: RedisResult<i64> = redis::cmd("CLIENT")
                .arg(&["KILL", "ID", &old.id, "ADDR", &old.address])
                .query_async(&mut redis)
                .await;
            match killed {
                Ok(count) => tracing::debug!(count, "ended the connection before this one"),
                Err(error) => tracing::debug!(%error, "CLIENT KILL is not allowed"),
            }
        }
        let info: RedisResult<String> = redis::cmd("CLIENT")
            .arg("INFO")
            .query_async(&mut redis)
            .await;
        self.publisher = info.ok().as_deref().and_then(ClientName::read);
        Ok(redis)
    }

    /// A connection for subscriptions: `receive` is called with each message, and `lost` fires at
    /// the connection's end.
    pub(super) async fn subscriber(
        &self,
        options: &RedisOptions,
        lost: CancellationToken,
        receive: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> RedisResult<MultiplexedConnection> {
        let config = Self::config(options).set_push_sender(move |push: PushInfo| {
            if push.kind == redis::PushKind::Disconnection {
                lost.cancel();
            } else {
                receive(push);
            }
            Ok::<(), std::convert::Infallible>(())
        });
        self.client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }
}

impl ClientName {
    fn read(info: &str) -> Option<Self> {
        let field = |name: &str| {
            info.split_whitespace()
                .find_map(|field| field.strip_prefix(name))
                .map(str::to_owned)
        };
        Some(Self {
            id: field("id=")?,
            address: field("addr=")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ClientName;

    #[test]
    fn a_client_is_known_by_number_and_address() {
        let name = ClientName::read("id=7 addr=127.0.0.1:5000 laddr=127.0.0.1:6379 fd=8 name=\n")
            .expect("both fields");
        assert_eq!((&*name.id, &*name.address), ("7", "127.0.0.1:5000"));
        assert!(ClientName::read("id=7").is_none());
    }
}
