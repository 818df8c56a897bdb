//! Redis over TLS, and over a socket of the file system.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use redis::{ClientTlsConfig, TlsCertificates};
use signalr::HubProtocol;
use signalr::server::lifetime::Recipients;
use signalr::server::lifetime::spec::{Fleet, TestClient};
use signalr::server::redis::RedisOptions;

use crate::failure::{connected, disconnected};
use crate::fleet::lifetime;
use crate::server::RedisServer;

async fn reaches(options: RedisOptions) {
    let health = options.health();
    let fleet = Fleet::new([lifetime(options)]);
    connected(&[health]).await;
    let mut client =
        TestClient::connect(fleet.server(0), "c", Some("ann"), HubProtocol::Json).await;
    fleet.send(0, Recipients::User("ann".into()), "hello").await;
    assert_eq!(client.next().await, r#"Note("hello")"#);
}

#[tokio::test]
async fn redis_is_reached_over_tls() {
    let folder = std::env::temp_dir().join(format!("signalr-redis-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let [certificate, key] = ["redis.crt", "redis.key"].map(|name| folder.join(name));
    std::fs::write(&certificate, cert.pem()).expect("a file");
    std::fs::write(&key, signing_key.serialize_pem()).expect("a file");
    let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
    let port = RedisServer::free_port();
    let text = port.to_string();
    let Some(_redis) = RedisServer::start_with(
        "Redis over TLS",
        &[
            "--tls-port",
            &text,
            "--tls-cert-file",
            &certificate,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &certificate,
            "--tls-auth-clients",
            "no",
        ],
    ) else {
        return;
    };
    let address = format!("rediss://localhost:{port}");
    // Nobody vouches for its certificate.
    let strangers = RedisOptions::new(format!("localhost:{port}")).tls();
    let health = strangers.health();
    let _server = lifetime(strangers);
    disconnected(&health).await;

    let trusted = TlsCertificates {
        client_tls: None::<ClientTlsConfig>,
        root_cert: Some(cert.pem().into_bytes()),
    };
    let client = redis::Client::build_with_tls(address, trusted).expect("a certificate");
    reaches(RedisOptions::with_client(&client)).await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

#[cfg(unix)]
#[tokio::test]
async fn redis_is_reached_over_a_unix_socket() {
    let path = std::env::temp_dir().join(format!("signalr-redis-{}.sock", std::process::id()));
    let path = path.display().to_string();
    let Some(_redis) = RedisServer::start_with("a Unix socket", &["--unixsocket", &path]) else {
        return;
    };
    reaches(RedisOptions::new(format!("unix://{path}"))).await;
}
