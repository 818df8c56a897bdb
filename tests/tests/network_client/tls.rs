//! TLS, and whom a connection trusts.

use std::net::Ipv4Addr;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use signalr::client::RootCertificates;
use signalr::{HubConnection, Transports};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A hub behind TLS at `localhost`: its port, and the certificate that it shows.
pub(crate) async fn hub() -> (u16, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let router = signalr_tests::conformance::app()
        .expect("a complete server")
        .router;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate goes away.
                if let Ok(stream) = acceptor.accept(stream).await {
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
                        .with_upgrades()
                        .await;
                }
            });
        }
    });
    (port, cert.pem())
}

#[tokio::test]
async fn a_certificate_that_was_added_is_trusted_on_every_transport() {
    let (port, certificate) = hub().await;
    for transports in [
        Transports::WEB_SOCKETS,
        Transports::SERVER_SENT_EVENTS,
        Transports::LONG_POLLING,
    ] {
        let link = HubConnection::builder(&format!("wss://localhost:{port}/hub"))
            .transports(transports)
            .add_root_certificate(certificate.as_str())
            .build()
            .expect("valid");
        link.start().await.expect("a trusted server");
        let sum: i32 = link.invoke("Add", (1, 2)).await.expect("a sum");
        assert_eq!(sum, 3);
        link.stop().await;
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (port, certificate) = hub().await;
    for roots in [RootCertificates::WebPki, RootCertificates::Nobody] {
        let link = HubConnection::builder(&format!("https://localhost:{port}/hub"))
            .root_certificates(roots)
            .build()
            .expect("valid");
        let error = link.start().await.expect_err("not trusted");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    // Trusted, but made for another name.
    let link = HubConnection::builder(&format!("https://127.0.0.1:{port}/hub"))
        .add_root_certificate(certificate)
        .build()
        .expect("valid");
    let error = link.start().await.expect_err("another name");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_whole_configuration_replaces_the_roots() {
    let (port, certificate) = hub().await;
    let mut store = rustls::RootCertStore::empty();
    let parsed = <rustls::pki_types::CertificateDer<'_> as rustls::pki_types::pem::PemObject>::from_pem_slice(certificate.as_bytes());
    store.add(parsed.expect("a certificate")).expect("a root");
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(store)
        .with_no_client_auth();
    let link = HubConnection::builder(&format!("https://localhost:{port}/hub"))
        .tls_config(config)
        .build()
        .expect("valid");
    link.start().await.expect("a trusted server");
    link.stop().await;
}
