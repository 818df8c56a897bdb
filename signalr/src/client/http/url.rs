use reqwest::Url;

use crate::client::BuildError;

/// Reads the URL of an endpoint; `ws` and `wss` mean `http` and `https`.
pub(super) fn parse(url: &str) -> Result<Url, BuildError> {
    let url = Url::parse(url).map_err(|error| {
        BuildError::new(format!(
            "the URL '{url}' makes no sense: {error}; it should look like https://example.com/chat"
        ))
    })?;
    over_http(url)
        .ok_or_else(|| BuildError::new("the URL's scheme must be `http`, `https`, `ws` or `wss`"))
}

/// The same endpoint with the scheme that its requests use.
pub(super) fn over_http(mut url: Url) -> Option<Url> {
    let scheme = match url.scheme() {
        "http" | "ws" => "http",
        "https" | "wss" => "https",
        _ => return None,
    };
    url.set_scheme(scheme).ok()?;
    url.set_fragment(None);
    Some(url)
}

/// Where to negotiate: `/negotiate` behind the path, the query kept.
pub(super) fn negotiate(endpoint: &Url, stateful_reconnect: bool) -> Url {
    let mut url = endpoint.clone();
    let path = format!("{}/negotiate", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut add = |name: &str, value: &str| {
        if !url
            .query_pairs()
            .any(|(key, _)| key.eq_ignore_ascii_case(name))
        {
            url = with_query(&url, name, value);
        }
    };
    add("negotiateVersion", "1");
    if stateful_reconnect {
        add("useStatefulReconnect", "true");
    }
    url
}

/// Where the connection with this token is.
pub(super) fn connection(endpoint: &Url, token: &str) -> Url {
    with_query(endpoint, "id", token)
}

/// Adds to the query and leaves what is there as it was written.
fn with_query(url: &Url, name: &str, value: &str) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair(name, value);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        parse(text).expect("a URL")
    }

    #[test]
    fn negotiation_has_its_place_in_the_path() {
        for (endpoint, expected) in [
            (
                "http://h/chat",
                "http://h/chat/negotiate?negotiateVersion=1",
            ),
            (
                "wss://h:8/chat/",
                "https://h:8/chat/negotiate?negotiateVersion=1",
            ),
            ("ws://h", "http://h/negotiate?negotiateVersion=1"),
            (
                "http://h/chat?a=%20b&c#part",
                "http://h/chat/negotiate?a=%20b&c&negotiateVersion=1",
            ),
            (
                "http://h/chat?negotiateVersion=0",
                "http://h/chat/negotiate?negotiateVersion=0",
            ),
        ] {
            assert_eq!(negotiate(&url(endpoint), false).as_str(), expected);
        }
    }

    #[test]
    fn stateful_reconnect_is_asked_for_last() {
        assert_eq!(
            negotiate(&url("http://h/chat?x=1"), true).query(),
            Some("x=1&negotiateVersion=1&useStatefulReconnect=true")
        );
    }

    #[test]
    fn the_token_is_escaped() {
        assert_eq!(
            connection(&url("http://h/chat?x=1"), "a+b/c=").as_str(),
            "http://h/chat?x=1&id=a%2Bb%2Fc%3D"
        );
    }

    #[test]
    fn other_schemes_are_refused() {
        for wrong in ["ftp://h/chat", "chat", "file:///chat"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
