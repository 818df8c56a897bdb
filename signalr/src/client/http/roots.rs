use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::client::BuildError;

/// Whose certificates a connection trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RootCertificates {
    /// Mozilla's list, compiled into the program.
    #[default]
    WebPki,
    /// Those of the operating system, read when the connection is built.
    Native,
    /// None but those that are added.
    Nobody,
}

/// How TLS is set up; nothing but the roots unless the whole of it is given.
pub(super) fn configure(
    roots: RootCertificates,
    added: &[Vec<u8>],
) -> Result<ClientConfig, BuildError> {
    let mut store = RootCertStore::empty();
    match roots {
        RootCertificates::WebPki => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        RootCertificates::Native => {
            // Single certificates that cannot be read are no reason to trust none.
            let found = rustls_native_certs::load_native_certs();
            let (taken, _) = store.add_parsable_certificates(found.certs);
            if taken == 0 {
                return Err(BuildError::new(
                    "the operating system has no root certificates; use `RootCertificates::WebPki`",
                ));
            }
        }
        RootCertificates::Nobody => {}
    }
    for certificates in added {
        for certificate in parse(certificates)? {
            store.add(certificate).map_err(|_| unreadable())?;
        }
    }
    // The provider is named, so that it does not matter which one the program has installed.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for TLS 1.2 and 1.3")
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(config)
}

fn parse(certificates: &[u8]) -> Result<Vec<CertificateDer<'_>>, BuildError> {
    // A DER certificate is a sequence.
    if certificates.first() == Some(&0x30) {
        return Ok(vec![CertificateDer::from(certificates)]);
    }
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    match parsed {
        Ok(parsed) if !parsed.is_empty() => Ok(parsed),
        _ => Err(unreadable()),
    }
}

fn unreadable() -> BuildError {
    BuildError::new("a root certificate could not be read; give it as PEM or DER")
}
