//! Tokens: how they are made, and what is believed of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use signalr::Principal;

pub(crate) const ISSUER: &str = "https://login.news.example";
pub(crate) const AUDIENCE: &str = "https://news.example";
pub(crate) const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) aud: String,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: u64,
    pub(crate) sub: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
}

/// Signs and checks tokens with one secret.
pub(crate) struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Tokens {
    /// With a secret of its own: tokens do not outlive the program.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self {
            signing: EncodingKey::from_secret(&secret),
            checking: DecodingKey::from_secret(&secret),
        })
    }

    /// A token for a user, good from now on for [`LIFETIME`].
    pub(crate) fn issue(&self, id: &str, name: &str, roles: &[&str]) -> Result<String, Error> {
        let expires = SystemTime::now() + LIFETIME;
        self.sign(&Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            exp: expires
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs(),
            sub: id.into(),
            name: name.into(),
            roles: roles.iter().map(ToString::to_string).collect(),
        })
    }

    fn sign(&self, claims: &Claims) -> Result<String, Error> {
        encode(&Header::new(Algorithm::HS256), claims, &self.signing)
    }

    /// The user of a token that is ours, for us, and not over.
    pub(crate) fn check(&self, token: &str) -> Result<Principal, Error> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // Not a minute of grace: the hub closes connections on the second, too.
        rules.leeway = 0;
        let claims = decode::<Claims>(token, &self.checking, &rules)?.claims;
        let mut principal = Principal::new(claims.sub).with_name(claims.name);
        // A time that no clock reaches is none.
        if let Some(expires) = UNIX_EPOCH.checked_add(Duration::from_secs(claims.exp)) {
            principal = principal.with_expiry(expires);
        }
        Ok(claims
            .roles
            .into_iter()
            .fold(principal, Principal::with_role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(change: impl FnOnce(&mut Claims)) -> Result<Principal, Error> {
        let tokens = Tokens::new().expect("random numbers");
        let mut claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            exp: 4_102_444_800, // 2100
            sub: "1".into(),
            name: "Ann".into(),
            roles: vec!["admin".into()],
        };
        change(&mut claims);
        tokens.check(&tokens.sign(&claims).expect("a token"))
    }

    #[test]
    fn a_good_token_says_who_and_until_when() {
        let principal = checked(|_| {}).expect("good");
        assert_eq!((principal.id(), principal.name()), (Some("1"), Some("Ann")));
        assert!(principal.has_role("admin"));
        let expires = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
        assert_eq!(principal.expires(), Some(expires));
        let for_ever = checked(|claims| claims.exp = u64::MAX).expect("good");
        assert_eq!(for_ever.expires(), None);
    }

    #[test]
    fn issuer_audience_lifetime_and_signature_count() {
        assert!(checked(|claims| claims.iss = "https://evil.example".into()).is_err());
        assert!(checked(|claims| claims.aud = "https://other.example".into()).is_err());
        assert!(checked(|claims| claims.exp = 1).is_err());
        let others = Tokens::new().expect("random numbers");
        let token = others.issue("1", "Ann", &["admin"]).expect("a token");
        let tokens = Tokens::new().expect("random numbers");
        assert!(tokens.check(&token).is_err());
        assert!(others.check(&token).is_ok());
    }
}
