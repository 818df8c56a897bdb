use std::convert::Infallible;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;
use cookie_store::{CookieStore, RawCookie};
use http::HeaderValue;
use reqwest::Url;

/// How many cookies are kept, and how many bytes one may have: the limits of .NET's container.
const MOST: usize = 300;
const LONGEST: usize = 4096;

/// The cookies that a connector was given, and those that servers set, from one connection to the
/// next. No server can fill the memory with them.
#[derive(Default)]
pub(super) struct Cookies(RwLock<CookieStore>);

impl Cookies {
    /// Takes a cookie over, written as in `Set-Cookie`, as if the server at this URL had set it.
    pub(super) fn add(&self, cookie: &str, url: &Url) {
        let Ok(cookie) = RawCookie::parse(cookie) else {
            return;
        };
        let mut store = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = store.matches(url);
        let is_known = known.iter().any(|own| own.name() == cookie.name());
        if !is_known && store.iter_any().count() >= MOST {
            forget_expired(&mut store);
            if store.iter_any().count() >= MOST {
                tracing::debug!(most = MOST, "dropped a cookie: there are too many");
                return;
            }
        }
        // One that is not for this URL is nobody's.
        let _ = store.insert_raw(&cookie, url);
    }
}

fn forget_expired(store: &mut CookieStore) {
    let fresh = store.iter_unexpired().cloned().map(Ok::<_, Infallible>);
    let Ok(fresh) = CookieStore::from_cookies(fresh.collect::<Vec<_>>(), false);
    *store = fresh;
}

impl reqwest::cookie::CookieStore for Cookies {
    fn set_cookies(&self, headers: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        for header in headers {
            match std::str::from_utf8(header.as_bytes()) {
                Ok(cookie) if cookie.len() <= LONGEST => self.add(cookie, url),
                _ => tracing::debug!("dropped a cookie: it is no text, or too long"),
            }
        }
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        let store = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let cookies: Vec<String> = store
            .get_request_values(url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if cookies.is_empty() {
            return None;
        }
        HeaderValue::from_maybe_shared(Bytes::from(cookies.join("; "))).ok()
    }
}

/// Cookies are secrets.
impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::cookie::CookieStore;

    use super::*;

    fn set(cookies: &Cookies, url: &Url, text: &str) {
        let header = HeaderValue::from_str(text).expect("a header");
        cookies.set_cookies(&mut [&header].into_iter(), url);
    }

    #[test]
    fn a_server_that_sets_cookies_without_end_fills_nothing() {
        let url = Url::parse("http://host/hub").expect("a URL");
        let cookies = Cookies::default();
        set(&cookies, &url, "session=1");
        for number in 0..1000 {
            set(&cookies, &url, &format!("c{number}=x; Path=/p{number}"));
        }
        set(&cookies, &url, &format!("long={}", "x".repeat(LONGEST)));
        let count = cookies.0.read().expect("no panic").iter_any().count();
        assert_eq!(count, MOST);
        // What is there still changes, and makes room when it goes.
        set(&cookies, &url, "session=2");
        let sent = cookies.cookies(&url).expect("a cookie");
        assert_eq!(sent, "session=2");
        set(&cookies, &url, "session=3; Max-Age=0");
        set(&cookies, &url, "late=1");
        let sent = cookies.cookies(&url).expect("a cookie");
        assert_eq!(sent, "late=1");
    }
}
