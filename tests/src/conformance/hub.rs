//! The hub *Conformance*, in the order of its description.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;
use signalr::types::{Binary, DateTime, DateTimeOffset, Decimal, Guid, TimeSpan};
use signalr::{CallerContext, CancellationToken, ConnectionError, HubError, UploadStream, hub};
use tokio::time::sleep;

use super::answers::{caught, or_caught, within};
use super::colour::Colour;
use super::ended::Ended;
use super::errors::{
    hub_exception, invalid_operation, own_hub_exception, required, task_cancelled,
};
use super::everything::Everything;
use super::greeter::Greeter;
use super::kind::Kind;
use super::person::Person;
use super::{connecting, dotnet, streams, uploads};

/// Text parameters accept null.
type Text = Option<String>;

pub(super) struct Conformance<K> {
    ended: Arc<Ended>,
    kind: PhantomData<K>,
}

impl<K> Conformance<K> {
    pub(super) fn new(ended: Arc<Ended>) -> Self {
        Self {
            ended,
            kind: PhantomData,
        }
    }
}

impl<K> fmt::Debug for Conformance<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance").finish_non_exhaustive()
    }
}

#[hub]
impl<K: Kind> Conformance<K> {
    #[on_connected]
    async fn connected(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        connecting::connected(cx).await
    }

    #[on_disconnected]
    async fn left(
        &self,
        cx: &CallerContext<Self>,
        cause: Option<&ConnectionError>,
    ) -> Result<(), HubError> {
        connecting::left(cx, cause, &self.ended)
    }

    // Calls.

    pub fn echo(&self, text: Text) -> Text {
        text
    }

    pub async fn echo_async(&self, text: Text) -> Text {
        tokio::task::yield_now().await;
        text
    }

    pub fn add(&self, a: i32, b: i32) -> i32 {
        a.wrapping_add(b)
    }

    pub async fn add_value(&self, a: i32, b: i32) -> i32 {
        a.wrapping_add(b)
    }

    pub fn echo_person(&self, value: Option<Person>) -> Option<Person> {
        value
    }

    pub fn echo_everything(&self, value: Option<Everything>) -> Option<Everything> {
        value
    }

    pub fn echo_bytes(&self, value: Option<Binary>) -> Option<Binary> {
        value
    }

    pub fn echo_maybe(&self, value: Option<i32>) -> Option<i32> {
        value
    }

    pub fn echo_colour(&self, value: Colour) -> Colour {
        value
    }

    pub fn echo_date(&self, value: DateTime) -> DateTime {
        value
    }

    pub fn echo_date_offset(&self, value: DateTimeOffset) -> DateTimeOffset {
        value
    }

    pub fn echo_span(&self, value: TimeSpan) -> TimeSpan {
        value
    }

    pub fn echo_guid(&self, value: Guid) -> Guid {
        value
    }

    pub fn echo_double(&self, value: f64) -> f64 {
        value
    }

    pub fn echo_float(&self, value: f32) -> f32 {
        value
    }

    pub fn echo_long(&self, value: i64) -> i64 {
        value
    }

    #[hub_method(name = "EchoULong")]
    pub fn echo_ulong(&self, value: u64) -> u64 {
        value
    }

    pub fn echo_byte(&self, value: u8) -> u8 {
        value
    }

    pub fn echo_decimal(&self, value: Decimal) -> Decimal {
        value
    }

    pub fn echo_bool(&self, value: bool) -> bool {
        value
    }

    pub fn echo_list(&self, value: Option<Vec<i32>>) -> Option<Vec<i32>> {
        value
    }

    pub fn echo_ints(&self, value: Option<Vec<i32>>) -> Option<Vec<i32>> {
        value
    }

    pub fn echo_map(
        &self,
        value: Option<BTreeMap<String, Text>>,
    ) -> Option<BTreeMap<String, Text>> {
        value
    }

    pub fn echo_any(&self, value: Value) -> Value {
        value
    }

    pub fn echo_nothing(&self) -> Text {
        None
    }

    pub fn nothing(&self) {}

    pub async fn nothing_async(&self) {}

    pub async fn nothing_value(&self) {}

    pub fn numbers(&self, count: i32) -> Vec<i32> {
        (0..count).collect()
    }

    pub fn optional(&self, a: Text, b: Text) -> String {
        format!("{}:{}", a.unwrap_or_default(), b.unwrap_or_default())
    }

    #[hub_method(name = "renamed.method")]
    pub fn original(&self) -> &'static str {
        "renamed"
    }

    pub async fn takes_async(&self) -> &'static str {
        "async"
    }

    // Errors.

    pub fn throw(&self, m: Text) -> Result<(), HubError> {
        Err(invalid_operation(m.unwrap_or_default()))
    }

    pub fn throw_hub(&self, m: Text) -> Result<(), HubError> {
        Err(hub_exception(m.unwrap_or_default()))
    }

    pub fn throw_own(&self, m: Text) -> Result<(), HubError> {
        Err(own_hub_exception(m.unwrap_or_default()))
    }

    pub async fn throw_later(&self) -> Result<(), HubError> {
        sleep(Duration::from_millis(20)).await;
        Err(invalid_operation("later"))
    }

    pub async fn throw_failed(&self, m: Text) -> Result<(), HubError> {
        Err(hub_exception(m.unwrap_or_default()))
    }

    pub async fn throw_cancelled(&self) -> Result<(), HubError> {
        Err(task_cancelled())
    }

    #[authorize]
    pub fn only_users(&self) -> &'static str {
        "user"
    }

    #[authorize(role = "admin")]
    pub fn only_admins(&self) -> &'static str {
        "admin"
    }

    // Services and context.

    pub fn greet(&self, name: Text, greeter: Arc<dyn Greeter>) -> String {
        greeter.greet(&name.unwrap_or_default())
    }

    pub fn greet_keyed(
        &self,
        name: Text,
        #[inject(key = "loud")] greeter: Arc<dyn Greeter>,
    ) -> String {
        greeter.greet(&name.unwrap_or_default())
    }

    pub fn connection_id(&self, cx: &CallerContext<Self>) -> String {
        cx.connection_id().to_owned()
    }

    pub fn user_identifier(&self, cx: &CallerContext<Self>) -> Text {
        cx.user_id().map(str::to_owned)
    }

    pub fn query(&self, cx: &CallerContext<Self>, key: Text) -> Text {
        let key = key?;
        let values: Vec<_> = cx.http()?.query_all(&key).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    pub fn transport(&self, cx: &CallerContext<Self>) -> String {
        cx.transport().to_string()
    }

    pub fn remember(&self, cx: &CallerContext<Self>, key: Text, value: Text) {
        cx.items().insert_named(&key.unwrap_or_default(), value);
    }

    pub fn recall(&self, cx: &CallerContext<Self>, key: Text) -> Text {
        cx.items()
            .get_named::<Text>(&key.unwrap_or_default())
            .as_deref()
            .cloned()
            .flatten()
    }

    pub fn abort(&self, cx: &CallerContext<Self>) {
        cx.abort();
    }

    // Sending.

    pub async fn send_caller(&self, cx: &CallerContext<Self>, m: Text) -> Result<(), HubError> {
        Ok(cx.clients().caller().send("Receive", (m,)).await?)
    }

    pub async fn send_all(&self, cx: &CallerContext<Self>, m: Text) -> Result<(), HubError> {
        Ok(cx.clients().all().send("Receive", (m,)).await?)
    }

    pub async fn send_others(&self, cx: &CallerContext<Self>, m: Text) -> Result<(), HubError> {
        Ok(cx.clients().others().send("Receive", (m,)).await?)
    }

    pub async fn send_to(
        &self,
        cx: &CallerContext<Self>,
        id: Text,
        m: Text,
    ) -> Result<(), HubError> {
        let id = required(id, "connectionId")?;
        Ok(cx.clients().client(&id).send("Receive", (m,)).await?)
    }

    pub async fn send_clients(
        &self,
        cx: &CallerContext<Self>,
        ids: Vec<String>,
        m: Text,
    ) -> Result<(), HubError> {
        Ok(cx.clients().clients(&ids).send("Receive", (m,)).await?)
    }

    pub async fn send_all_except(
        &self,
        cx: &CallerContext<Self>,
        ids: Vec<String>,
        m: Text,
    ) -> Result<(), HubError> {
        Ok(cx.clients().all_except(&ids).send("Receive", (m,)).await?)
    }

    pub async fn send_user(
        &self,
        cx: &CallerContext<Self>,
        user: Text,
        m: Text,
    ) -> Result<(), HubError> {
        let user = required(user, "userId")?;
        Ok(cx.clients().user(&user).send("Receive", (m,)).await?)
    }

    pub async fn send_users(
        &self,
        cx: &CallerContext<Self>,
        users: Vec<String>,
        m: Text,
    ) -> Result<(), HubError> {
        Ok(cx.clients().users(&users).send("Receive", (m,)).await?)
    }

    pub async fn send_group(
        &self,
        cx: &CallerContext<Self>,
        g: Text,
        m: Text,
    ) -> Result<(), HubError> {
        let g = required(g, "groupName")?;
        Ok(cx.clients().group(&g).send("Receive", (m,)).await?)
    }

    pub async fn send_groups(
        &self,
        cx: &CallerContext<Self>,
        gs: Vec<String>,
        m: Text,
    ) -> Result<(), HubError> {
        Ok(cx.clients().groups(&gs).send("Receive", (m,)).await?)
    }

    pub async fn send_group_except(
        &self,
        cx: &CallerContext<Self>,
        g: Text,
        ids: Vec<String>,
        m: Text,
    ) -> Result<(), HubError> {
        let g = required(g, "groupName")?;
        Ok(cx
            .clients()
            .group_except(&g, &ids)
            .send("Receive", (m,))
            .await?)
    }

    pub async fn send_others_in_group(
        &self,
        cx: &CallerContext<Self>,
        g: Text,
        m: Text,
    ) -> Result<(), HubError> {
        let g = required(g, "groupName")?;
        Ok(cx
            .clients()
            .others_in_group(&g)
            .send("Receive", (m,))
            .await?)
    }

    pub async fn join(&self, cx: &CallerContext<Self>, g: Text) -> Result<(), HubError> {
        Ok(cx.groups().add(&required(g, "groupName")?).await?)
    }

    pub async fn leave(&self, cx: &CallerContext<Self>, g: Text) -> Result<(), HubError> {
        Ok(cx.groups().remove(&required(g, "groupName")?).await?)
    }

    pub async fn join_other(
        &self,
        cx: &CallerContext<Self>,
        id: Text,
        g: Text,
    ) -> Result<(), HubError> {
        let (id, g) = (required(id, "connectionId")?, required(g, "groupName")?);
        Ok(cx.groups().add_connection(&id, &g).await?)
    }

    pub async fn leave_other(
        &self,
        cx: &CallerContext<Self>,
        id: Text,
        g: Text,
    ) -> Result<(), HubError> {
        let (id, g) = (required(id, "connectionId")?, required(g, "groupName")?);
        Ok(cx.groups().remove_connection(&id, &g).await?)
    }

    pub async fn send_args(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        let ada = Person {
            first_name: Some("Ada".into()),
            age: 36,
            tags: Some(vec!["x".into()]),
            best_friend: None,
        };
        Ok(cx
            .clients()
            .caller()
            .send("Args", (1, "two", 3.5, (), [4, 5], ada))
            .await?)
    }

    pub async fn send_no_args(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        Ok(cx.clients().caller().send("NoArgs", ()).await?)
    }

    pub async fn send_many(&self, cx: &CallerContext<Self>, count: i32) -> Result<(), HubError> {
        for number in 0..count {
            cx.clients().caller().send("Receive", (number,)).await?;
        }
        Ok(())
    }

    // Asking clients.

    pub async fn ask(&self, cx: &CallerContext<Self>, q: Text) -> Result<Text, HubError> {
        let dotnet::String(answer) = cx.clients().caller().invoke("Answer", (q,)).await?;
        Ok(answer)
    }

    pub async fn ask_catch(&self, cx: &CallerContext<Self>, q: Text) -> Text {
        or_caught(cx.clients().caller().invoke("Answer", (q,)).await)
    }

    pub async fn ask_within(&self, cx: &CallerContext<Self>, ms: i32) -> Text {
        within(ms, cx.clients().caller().invoke("Answer", ("quick",))).await
    }

    pub async fn ask_other(&self, cx: &CallerContext<Self>, id: Text) -> Text {
        let id = id.unwrap_or_default();
        or_caught(cx.clients().client(&id).invoke("Answer", ("other",)).await)
    }

    pub async fn ask_number(&self, cx: &CallerContext<Self>) -> Result<i32, HubError> {
        let dotnet::Int32(number) = cx.clients().caller().invoke("Answer", ("number",)).await?;
        Ok(number)
    }

    pub async fn ask_person(&self, cx: &CallerContext<Self>) -> Result<Option<Person>, HubError> {
        Ok(cx.clients().caller().invoke("Answer", ("person",)).await?)
    }

    pub async fn ask_number_catch(&self, cx: &CallerContext<Self>) -> String {
        match cx.clients().caller().invoke("Answer", ("number",)).await {
            Ok(dotnet::Int32(number)) => format!("got {number}"),
            Err(error) => caught(&error),
        }
    }

    pub async fn ask_twice(&self, cx: &CallerContext<Self>) -> Result<String, HubError> {
        let caller = cx.clients().caller();
        let dotnet::String(first) = caller.invoke("Answer", ("first",)).await?;
        let dotnet::String(second) = caller.invoke("Answer", ("second",)).await?;
        Ok(format!(
            "{},{}",
            first.unwrap_or_default(),
            second.unwrap_or_default()
        ))
    }

    // Streams to the client.

    pub fn counter(&self, n: i32) -> impl Stream<Item = i32> {
        streams::counter(n)
    }

    pub fn counter_delayed(
        &self,
        n: i32,
        ms: i32,
        stop: CancellationToken,
    ) -> impl Stream<Item = i32> {
        streams::delayed(n, ms, stop)
    }

    pub fn counter_throws(&self, n: i32) -> impl Stream<Item = Result<i32, HubError>> {
        streams::failing(n, invalid_operation("ran out"))
    }

    pub fn counter_throws_hub(&self, n: i32) -> impl Stream<Item = Result<i32, HubError>> {
        streams::failing(n, hub_exception("ran out"))
    }

    pub fn counter_channel(&self, n: i32) -> impl Stream<Item = i32> {
        streams::from_channel(n)
    }

    pub async fn counter_channel_later(&self, n: i32) -> impl Stream<Item = i32> {
        sleep(Duration::from_millis(10)).await;
        streams::from_channel(n)
    }

    pub async fn counter_later(&self, n: i32) -> impl Stream<Item = i32> {
        sleep(Duration::from_millis(10)).await;
        streams::counter(n)
    }

    pub fn counter_channel_throws(&self, n: i32) -> impl Stream<Item = Result<i32, HubError>> {
        streams::failing_channel(n)
    }

    #[authorize]
    pub fn counter_for_users(&self, n: i32) -> impl Stream<Item = i32> {
        streams::counter(n)
    }

    pub fn counter_noted(
        &self,
        cx: &CallerContext<Self>,
        stop: CancellationToken,
    ) -> impl Stream<Item = Result<i32, HubError>> {
        let stopped = stop.clone();
        let last_word = stream::once(async move {
            let cancelled = if stopped.is_cancelled() {
                "True"
            } else {
                "False"
            };
            let word = format!("ended, cancelled: {cancelled}");
            cx.clients()
                .caller()
                .send("Receive", (word,))
                .await
                .err()
                .map(|error| Err(error.into()))
        });
        let numbers = streams::endless()
            .take_until(stop.cancelled_owned())
            .map(Ok);
        numbers.chain(last_word.filter_map(async |failed| failed))
    }

    pub fn stream_nulls(&self, n: i32) -> impl Stream<Item = Text> {
        stream::iter(0..n).map(|_| None)
    }

    pub fn throw_before_stream(&self) -> Result<impl Stream<Item = i32>, HubError> {
        Err::<stream::Empty<i32>, _>(invalid_operation("before"))
    }

    // Uploads.

    pub async fn upload_sum(&self, items: UploadStream<i32>) -> Result<i32, HubError> {
        Ok(uploads::sum(items).await?)
    }

    pub async fn upload_channel(&self, items: UploadStream<i32>) -> Result<i32, HubError> {
        Ok(uploads::sum(items).await?)
    }

    pub async fn upload_catch(&self, items: UploadStream<i32>) -> String {
        uploads::sum_or_caught(items).await
    }

    pub async fn upload_two(
        &self,
        a: UploadStream<Text>,
        sep: Text,
        b: UploadStream<Text>,
    ) -> Result<String, HubError> {
        Ok(uploads::joined(a, sep, b).await?)
    }

    pub async fn upload_people(
        &self,
        items: UploadStream<Option<Person>>,
    ) -> Result<String, HubError> {
        Ok(uploads::first_names(items).await?)
    }

    pub async fn upload_back(
        &self,
        cx: &CallerContext<Self>,
        mut items: UploadStream<i32>,
    ) -> Result<(), HubError> {
        while let Some(item) = items.next().await {
            cx.clients().caller().send("Receive", (item?,)).await?;
        }
        Ok(())
    }

    pub async fn upload_after(&self, ms: i32, items: UploadStream<i32>) -> Result<i32, HubError> {
        sleep(Duration::from_millis(ms.try_into().unwrap_or_default())).await;
        Ok(uploads::sum(items).await?)
    }

    pub fn upload_ignored(&self, _items: UploadStream<i32>) -> i32 {
        7
    }

    pub fn upload_throws(&self, _items: UploadStream<i32>) -> Result<(), HubError> {
        Err(invalid_operation("no upload"))
    }

    pub fn double(&self, items: UploadStream<i32>) -> impl Stream<Item = Result<i32, HubError>> {
        items.map(|item| Ok(item?.wrapping_mul(2)))
    }

    // Time.

    pub async fn delay(&self, ms: i32, tag: Text) -> Text {
        sleep(Duration::from_millis(ms.try_into().unwrap_or_default())).await;
        tag
    }
}
