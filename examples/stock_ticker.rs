//! A stock ticker: a stream without end for each client that watches a stock, until it cancels.
//!
//! Run `cargo run --bin stock-ticker`, connect a client to `/stocks` and stream `Watch("ACME")`.

mod serve;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use serde::Serialize;
use signalr::{HubError, Services, SignalR, Stream, hub};
use tokio::sync::watch;

#[derive(Clone, Serialize)]
struct Quote {
    symbol: &'static str,
    cents: u32,
}

/// Where prices are made. Who watches sees the latest one, however slowly it reads.
struct Market(BTreeMap<&'static str, watch::Sender<Quote>>);

impl Market {
    fn new() -> Self {
        let stocks = [("ACME", 9_500), ("INITECH", 4_200), ("HOOLI", 71_300)];
        let quote = |(symbol, cents)| (symbol, watch::Sender::new(Quote { symbol, cents }));
        Self(stocks.map(quote).into())
    }

    async fn trade(self: Arc<Self>) {
        let mut rounds = tokio::time::interval(Duration::from_millis(250));
        for round in 0_u32.. {
            rounds.tick().await;
            for (number, stock) in (1..).zip(self.0.values()) {
                // As unpredictable as an example needs it.
                let step = round.wrapping_mul(2_654_435_761).rotate_left(number) % 101;
                stock.send_modify(|quote| quote.cents = (quote.cents + step).saturating_sub(50));
            }
        }
    }
}

struct StockHub;

#[hub]
impl StockHub {
    pub fn symbols(&self, market: Arc<Market>) -> Vec<&'static str> {
        market.0.keys().copied().collect()
    }

    /// The price now and whenever it changes. Dropped when the client cancels or leaves.
    pub fn watch(
        &self,
        market: Arc<Market>,
        symbol: String,
    ) -> Result<impl Stream<Item = Quote> + use<>, HubError> {
        let stock = market.0.get(&*symbol);
        let stock = stock.ok_or_else(|| HubError::visible(format!("{symbol} is not traded.")))?;
        let mut quotes = stock.subscribe();
        quotes.mark_changed();
        Ok(stream::unfold(quotes, |mut quotes| async {
            quotes.changed().await.ok()?;
            let quote = quotes.borrow_and_update().clone();
            Some((quote, quotes))
        }))
    }

    pub fn watchers(&self, market: Arc<Market>, symbol: String) -> usize {
        let stock = market.0.get(&*symbol);
        stock.map_or(0, watch::Sender::receiver_count)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let market = Arc::new(Market::new());
    tokio::spawn(Arc::clone(&market).trade());
    let signalr = SignalR::builder()
        .services(Services::new().add_arc(market))
        .hub::<StockHub>(|_| Ok(StockHub), |_| {})
        .build()?;
    serve::serve(
        serve::listen().await?,
        signalr.map::<StockHub>("/stocks").into(),
        signalr,
    )
    .await
}
