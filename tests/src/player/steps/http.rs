//! Steps that make HTTP requests of their own.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::response;
use crate::player::address::Address;
use crate::player::failure::Failure;
use crate::player::http::{Response, request};
use crate::player::names::Names;
use crate::player::step::{HttpRequest, HttpResponse, Then};

/// Time for a background request to reach the server before the next step.
const HEAD_START: Duration = Duration::from_millis(80);

type Pending = AbortOnDropHandle<Result<Response, Failure>>;

/// The requests of a vector that are still under way, by name.
#[derive(Default)]
pub(in crate::player) struct Requests {
    background: HashMap<String, Pending>,
    open: HashMap<String, Response>,
}

impl Requests {
    pub(in crate::player) async fn start(
        &mut self,
        to: &Address,
        what: &HttpRequest,
        then: &Then,
        wait: Duration,
        names: &mut Names,
    ) -> Result<(), Failure> {
        let pending = begin(to, what, names);
        match then {
            Then::Background(name) => {
                self.background.insert(name.clone(), pending);
                sleep(HEAD_START).await;
                Ok(())
            }
            Then::Open { name, expected } => {
                let response = head(pending, wait).await?;
                response::check(&response, "", expected, names)?;
                self.open.insert(name.clone(), response);
                Ok(())
            }
            Then::Expect(expected) => whole(pending, expected, wait, names).await,
        }
    }

    pub(in crate::player) async fn finish(
        &mut self,
        name: &str,
        expected: &[HttpResponse],
        wait: Duration,
        names: &mut Names,
    ) -> Result<(), Failure> {
        let missing = || Failure::broken(format!("no request '{name}'"));
        let pending = self.background.remove(name).ok_or_else(missing)?;
        whole(pending, expected, wait, names).await
    }

    /// The next bytes of a body that is still coming, and its end if it should be there.
    pub(in crate::player) async fn body(
        &mut self,
        name: &str,
        wanted: &str,
        end: bool,
        wait: Duration,
    ) -> Result<(), Failure> {
        let missing = || Failure::broken(format!("no response '{name}'"));
        let response = self.open.get_mut(name).ok_or_else(missing)?;
        let (mut got, mut ended) = (String::new(), false);
        while got.len() < wanted.len() || (end && !ended) {
            match timeout(wait, response.chunk()).await {
                Ok(Ok(Some(part))) => got.push_str(&String::from_utf8_lossy(&part)),
                Ok(Ok(None) | Err(_)) => ended = true,
                Err(_) => break,
            }
            if ended {
                break;
            }
        }
        if got == wanted && ended == end {
            return Ok(());
        }
        let shown =
            |text: &str, ended| format!("{text:?}{}", if ended { " and the end" } else { "" });
        Err(Failure::differs(shown(wanted, end), shown(&got, ended)))
    }
}

fn begin(to: &Address, what: &HttpRequest, names: &Names) -> Pending {
    let (to, method, path) = (to.clone(), what.method.clone(), names.fill(&what.path));
    let headers = what
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), names.fill(value)))
        .collect();
    let body = names.fill(&what.body);
    AbortOnDropHandle::new(tokio::spawn(async move {
        request(&to, &method, &path, &headers, body).await
    }))
}

async fn head(pending: Pending, wait: Duration) -> Result<Response, Failure> {
    match timeout(wait, pending).await {
        Ok(done) => done.map_err(Failure::broken)?,
        Err(_) => Err(Failure::broken("no HTTP response in time")),
    }
}

async fn whole(
    pending: Pending,
    expected: &[HttpResponse],
    wait: Duration,
    names: &mut Names,
) -> Result<(), Failure> {
    let mut response = head(pending, wait).await?;
    let body = match timeout(wait, response.text()).await {
        Ok(body) => body?,
        Err(_) => {
            return Err(Failure::broken(
                "the body of the HTTP response did not end in time",
            ));
        }
    };
    response::check(&response, &body, expected, names)
}
