use futures_util::StreamExt;
use serde::Deserialize;
use signalr::CloseReason;

use super::program::{Program, inbox, soon};

#[derive(Debug, Deserialize)]
struct Quote {
    symbol: String,
    cents: u32,
}

#[tokio::test]
async fn a_stock_is_watched_until_the_client_has_enough() {
    let program = Program::start(env!("CARGO_BIN_EXE_stock-ticker")).await;
    let link = program.connect("/stocks").await;
    let symbols: Vec<String> = soon(link.invoke("Symbols", ())).await.expect("stocks");
    assert_eq!(symbols, ["ACME", "HOOLI", "INITECH"]);
    let watched = link.stream::<Quote>("Watch", ("ACME",)).await;
    let mut quotes = watched.expect("the call is queued");
    for _ in 0..3 {
        let quote = soon(quotes.next()).await.expect("no end").expect("a quote");
        assert_eq!(quote.symbol, "ACME");
        assert!(quote.cents > 0);
    }
    let watchers = async || link.invoke::<usize>("Watchers", ("ACME",)).await;
    assert_eq!(soon(watchers()).await.expect("a number"), 1);
    drop(quotes);
    soon(async { while watchers().await.expect("a number") > 0 {} }).await;

    let mut unknown = link
        .stream::<Quote>("Watch", ("EMCA",))
        .await
        .expect("the call is queued");
    let error = soon(unknown.next())
        .await
        .expect("an item")
        .expect_err("none");
    assert!(error.to_string().contains("EMCA is not traded."), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_lets_its_clients_go_before_it_stops() {
    let program = Program::start(env!("CARGO_BIN_EXE_stock-ticker")).await;
    let link = program.connection("/stocks");
    let (put, mut closed) = inbox();
    link.on_closed(put);
    soon(link.start()).await.expect("it connects");
    assert!(program.stop().await);
    let come_back = CloseReason::Server {
        error: None,
        allow_reconnect: true,
    };
    assert_eq!(closed.next().await, come_back);
}
