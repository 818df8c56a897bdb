use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderMap, Uri};

/// An origin as browsers write it, `https://chat.example`, without its scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Origin {
    scheme: String,
    authority: String,
}

impl Origin {
    /// `None`: the text is no origin, perhaps because it has a path.
    pub(in crate::server) fn parse(text: &str) -> Option<Self> {
        let uri = text.parse::<Uri>().ok()?;
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
        let written = format!("{scheme}://{authority}");
        if !text.eq_ignore_ascii_case(&written) || authority.as_str().contains('@') {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        Some(Self {
            authority: without_default_port(authority, &scheme),
            scheme,
        })
    }
}

/// Whether the origin of a request is in the list, or is the server itself as the request names it.
pub(super) fn is_allowed(allowed: &[Origin], uri: &Uri, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return false;
    };
    let Some(origin) = origin.to_str().ok().and_then(Origin::parse) else {
        return false;
    };
    allowed.contains(&origin)
        || own_authority(uri, headers, &origin.scheme) == Some(origin.authority)
}

/// The server as the request names it. Whether TLS ends at a proxy is not known here, so the scheme
/// is that of the origin.
fn own_authority(uri: &Uri, headers: &HeaderMap, scheme: &str) -> Option<String> {
    let authority = match headers.get(HOST) {
        Some(host) => host.to_str().ok()?.parse().ok()?,
        // HTTP/2 has it in the request's own address.
        None => uri.authority()?.clone(),
    };
    Some(without_default_port(&authority, scheme))
}

fn without_default_port(authority: &Authority, scheme: &str) -> String {
    let default = match scheme {
        scheme if scheme == Scheme::HTTP.as_str() => Some(80),
        scheme if scheme == Scheme::HTTPS.as_str() => Some(443),
        _ => None,
    };
    let host = authority.host().to_ascii_lowercase();
    match authority.port_u16() {
        Some(port) if Some(port) != default => format!("{host}:{port}"),
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(allowed: &[&str], host: &str, origin: &str) -> bool {
        let allowed: Vec<_> = allowed
            .iter()
            .map(|text| Origin::parse(text).expect("an origin"))
            .collect();
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a value"));
        headers.insert(ORIGIN, origin.parse().expect("a value"));
        is_allowed(&allowed, &Uri::from_static("/chat"), &headers)
    }

    #[test]
    fn an_origin_is_compared_as_a_whole() {
        let allowed = ["https://app.example", "http://localhost:3000"];
        for good in [
            "https://app.example",
            "https://APP.example",
            "https://app.example:443",
            "http://localhost:3000",
        ] {
            assert!(allows(&allowed, "api.example", good), "{good}");
        }
        for bad in [
            "http://app.example",
            "https://app.example:8443",
            "https://app.example.evil.example",
            "https://evil.example",
            "https://app.example/",
            "https://user@app.example",
            "http://localhost",
            "null",
            "",
        ] {
            assert!(!allows(&allowed, "api.example", bad), "{bad}");
        }
    }

    #[test]
    fn the_server_s_own_pages_are_at_home() {
        assert!(allows(&[], "chat.example", "https://chat.example"));
        assert!(allows(&[], "chat.example:443", "https://chat.example"));
        assert!(allows(&[], "127.0.0.1:5000", "http://127.0.0.1:5000"));
        assert!(allows(&[], "[::1]:5000", "http://[::1]:5000"));
        assert!(!allows(&[], "127.0.0.1:5000", "http://127.0.0.1:5001"));
        assert!(!allows(&[], "chat.example", "https://evil.example"));
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "chat.example".parse().expect("a value"));
        for _ in 0..2 {
            headers.append(ORIGIN, "https://chat.example".parse().expect("a value"));
        }
        assert!(!is_allowed(&[], &Uri::from_static("/chat"), &headers));
    }

    #[test]
    fn an_origin_has_no_path() {
        for text in ["https://app.example/", "app.example", "/", "*", "null", ""] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }
}
