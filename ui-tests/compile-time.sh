#!/usr/bin/env bash
# What a hub of 50 methods costs the compiler, beside the same methods dispatched by hand with a `match` over the same
# protocol layer: processor time of the crate alone, its dependencies built, the best of some runs.
#
#     ui-tests/compile-time.sh [RUNS]
set -euo pipefail
runs=${1:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/compile-time
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0
mkdir -p "$work"/{hub,hand}/src

for crate in hub hand; do
    cat >"$work/$crate/Cargo.toml" <<TOML
[package]
name = "$crate"
edition = "2024"

[dependencies]
signalr = { path = "$root/signalr", features = ["server"] }
futures-util = "0.3"
serde = { version = "1", features = ["derive"] }

[workspace]
TOML
    cp "$root/Cargo.lock" "$work/$crate/Cargo.lock"
done

types='
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Place { pub x: f64, pub y: f64, pub name: Option<String> }
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Message { pub id: u64, pub text: String, pub tags: Vec<String>, pub at: Place }
pub struct Hub { pub greeting: String }
'

# Ten methods, each five times.
methods() {
    for n in 1 2 3 4 5; do
        cat <<RUST
    pub async fn send$n(&self, user: String, text: String) -> Result<(), signalr::HubError> {
        if user == self.greeting && text.is_empty() { Err(signalr::HubError::visible("empty")) } else { Ok(()) }
    }
    pub fn add$n(&self, a: i64, b: i64) -> i64 { a + b + $n }
    pub async fn post$n(&self, message: Message) -> Message { Message { id: message.id + $n, ..message } }
    pub fn find$n(&self, name: String, near: Place) -> Option<Place> { (near.name == Some(name)).then_some(near) }
    pub async fn list$n(&self, from: u32, count: u32) -> Vec<Message> { let _ = (from, count); Vec::new() }
    pub fn rename$n(&self, id: u64, name: Option<String>) -> bool { id == $n || name.is_some() }
    pub async fn upload$n(&self, bytes: Vec<u8>) -> usize { bytes.len() + $n }
    pub fn move_to$n(&self, place: Place) -> Result<Place, signalr::HubError> { Ok(place) }
    pub async fn ping$n(&self) {}
    pub fn ticks$n(&self, from: u32) -> impl signalr::Stream<Item = u32> { futures_util::stream::iter(from..$n) }
RUST
    done
}

{
    echo "$types"
    cat <<'RUST'
// What a hub costs beside its methods is compiled where a server is given it.
pub fn server() -> Result<signalr::server::SignalR, signalr::server::BuildError> {
    signalr::server::SignalR::builder().hub(|_| Ok(Hub { greeting: String::new() }), |_| {}).build()
}
#[signalr::hub]
impl Hub {
RUST
    methods
    echo '}'
} >"$work/hub/src/lib.rs"

# One arm: NAME COUNT CALL, where the arguments are bound as a, b.
arm() {
    local name=$1 types=$2 call=$3 kind=$4 index=0 bind='' count=0
    IFS=';' read -ra list <<<"$types"
    count=${#list[@]}
    local reader="let mut reader = arguments.reader($count);"
    [[ $count == 0 ]] && reader="let reader = arguments.reader(0);"
    for ty in "${list[@]}"; do
        bind+="let $(printf '%b' "\\$(printf '%03o' $((97 + index)))"): $ty = reader.next()?; "
        index=$((index + 1))
    done
    echo "\"$name\" => { $reader $bind reader.finish()?; Box::pin(async move {"
    case $kind in
        value) echo "let value = $call; answer(&id, &value) })}" ;;
        result) echo "match $call { Ok(value) => answer(&id, &value), Err(error) => fail(&id, &error) } })}" ;;
        stream) echo "let mut out = Vec::new(); let mut items = std::pin::pin!($call);
            while let Some(item) = futures_util::StreamExt::next(&mut items).await { out.extend(item_of(&id, &item)); }
            out.extend(end(&id)); out })}" ;;
    esac
}

{
    echo "$types"
    cat <<'RUST'
use std::{future::Future, pin::Pin, sync::Arc};
use signalr::protocol::{Argument, BindError, HubProtocol, Outcome, RawArguments};
fn answer(id: &str, value: &dyn Argument) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = HubProtocol::Json.write_completion(&mut out, id, Outcome::Result(value));
    out
}
fn fail(id: &str, error: &signalr::HubError) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = HubProtocol::Json.write_completion(&mut out, id, Outcome::Error(error.message()));
    out
}
fn item_of(id: &str, item: &dyn Argument) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = HubProtocol::Json.write_stream_item(&mut out, id, item);
    out
}
fn end(id: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = HubProtocol::Json.write_completion(&mut out, id, Outcome::Void);
    out
}
pub type Running = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;
impl Hub {
RUST
    methods
    cat <<'RUST'
    pub fn dispatch(self: Arc<Self>, id: String, method: &str, arguments: &RawArguments<'_>) -> Result<Option<Running>, BindError> {
        let call: Running = match method.to_ascii_lowercase().as_str() {
RUST
    for n in 1 2 3 4 5; do
        arm "send$n" 'String;String' "self.send$n(a, b).await" result
        arm "add$n" 'i64;i64' "self.add$n(a, b)" value
        arm "post$n" 'Message' "self.post$n(a).await" value
        arm "find$n" 'String;Place' "self.find$n(a, b)" value
        arm "list$n" 'u32;u32' "self.list$n(a, b).await" value
        arm "rename$n" 'u64;Option<String>' "self.rename$n(a, b)" value
        arm "upload$n" 'Vec<u8>' "self.upload$n(a).await" value
        arm "moveto$n" 'Place' "self.move_to$n(a)" result
        arm "ping$n" '' "self.ping$n().await" value
        arm "ticks$n" 'u32' "self.ticks$n(a)" stream
    done
    echo '_ => return Ok(None), }; Ok(Some(call)) } }'
} >"$work/hand/src/lib.rs"

# Processor seconds of one build of the crate alone.
once() {
    touch "$work/$1/src/lib.rs"
    local TIMEFORMAT='%U %S'
    { time cargo "$2" --quiet --offline --manifest-path "$work/$1/Cargo.toml" ${3:-} >/dev/null 2>&1; } 2>&1 |
        awk '{ printf "%.2f\n", $1 + $2 }'
}

best() {
    sort -n | awk '{ all[NR] = $1 } END { print all[1] }'
}

printf '%-16s %8s %8s %8s\n' '' hub hand ratio
for mode in 'check' 'build' 'build --release'; do
    read -r command flag <<<"$mode"
    for crate in hub hand; do
        cargo "$command" --quiet --manifest-path "$work/$crate/Cargo.toml" ${flag:-}
    done
    hub=() hand=()
    for _ in $(seq "$runs"); do
        hub+=("$(once hub "$command" "${flag:-}")")
        hand+=("$(once hand "$command" "${flag:-}")")
    done
    hub=$(printf '%s\n' "${hub[@]}" | best)
    hand=$(printf '%s\n' "${hand[@]}" | best)
    printf '%-16s %7ss %7ss %8s\n' "cargo $mode" "$hub" "$hand" "$(awk "BEGIN { printf \"%.2f\", $hub / $hand }")"
done
