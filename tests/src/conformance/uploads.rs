//! Streams from the client.

use futures_util::TryStreamExt;
use signalr::{StreamError, UploadStream};

use super::person::Person;

pub(super) async fn sum(items: UploadStream<i32>) -> Result<i32, StreamError> {
    items
        .try_fold(0, async |sum: i32, item| Ok(sum.wrapping_add(item)))
        .await
}

pub(super) async fn sum_or_caught(items: UploadStream<i32>) -> String {
    match sum(items).await {
        Ok(sum) => format!("sum {sum}"),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

/// The items of `a`, the separator, the items of `b`.
pub(super) async fn joined(
    a: UploadStream<Option<String>>,
    separator: Option<String>,
    b: UploadStream<Option<String>>,
) -> Result<String, StreamError> {
    let mut all: Vec<_> = a.try_collect().await?;
    all.push(separator);
    all.append(&mut b.try_collect().await?);
    let texts: Vec<_> = all.into_iter().map(Option::unwrap_or_default).collect();
    Ok(texts.join(","))
}

pub(super) async fn first_names(
    people: UploadStream<Option<Person>>,
) -> Result<String, StreamError> {
    let people: Vec<_> = people.try_collect().await?;
    let name = |person: Option<Person>| person.and_then(|person| person.first_name);
    let names: Vec<_> = people
        .into_iter()
        .map(|person| name(person).unwrap_or("null".into()))
        .collect();
    Ok(names.join(","))
}
