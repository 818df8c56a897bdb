//! The client of the C# hub, against the same hub in Rust.

#[path = "../../dotnet_hub/contract.rs"]
mod contract;

use std::net::Ipv4Addr;

use contract::{Level, PlantClient, PlantHub, Reading};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use signalr::{CallerContext, HubError, SignalR, UploadStream};
use tokio::net::TcpListener;

use super::program::Program;

struct Plant;

fn reading(celsius: f64) -> Reading {
    // As .NET writes it.
    let text = json!({
        "sensor": "boiler",
        "celsius": celsius,
        "level": 2,
        "measuredAt": "2024-02-29T12:34:56.5+01:00"
    });
    let reading: Reading = serde_json::from_value(text.clone()).expect("a reading");
    assert_eq!(serde_json::to_value(&reading).expect("JSON"), text);
    assert_eq!(reading.level, Level::High);
    reading
}

#[signalr::hub(client = PlantClient, implements = PlantHub)]
impl Plant {
    pub fn get_sensors(&self) -> Vec<String> {
        vec!["boiler".to_owned()]
    }

    pub async fn get_last_reading_async(&self, sensor: String) -> Option<Reading> {
        (sensor == "boiler").then(|| reading(81.5))
    }

    pub fn watch(&self, _sensor: String) -> impl Stream<Item = Reading> {
        stream::iter([82.5, 83.5].map(reading))
    }

    pub async fn import(
        &self,
        cx: &CallerContext<Self>,
        mut readings: UploadStream<Reading>,
    ) -> Result<i32, HubError> {
        let mut count = 0;
        while let Some(reading) = readings.next().await {
            cx.clients().caller().reading_taken(reading?).await?;
            count += 1;
        }
        Ok(count)
    }

    pub async fn shut_down(
        &self,
        cx: &CallerContext<Self>,
        reason: String,
    ) -> Result<bool, HubError> {
        Ok(cx.clients().caller().confirm_shut_down(reason).await?)
    }
}

#[tokio::test]
async fn it_says_what_the_hub_says() {
    let signalr = SignalR::builder()
        .hub::<Plant>(|_| Ok(Plant), |_| ())
        .build()
        .expect("complete");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}/plant", listener.local_addr().expect("bound"));
    let app = axum::Router::new().merge(signalr.map::<Plant>("/plant"));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let client = Program::run(env!("CARGO_BIN_EXE_dotnet-hub"), &[&url]);
    // The answer to a call does not wait for the hub's calls before it.
    let (stored, said): (Vec<_>, Vec<_>) = client
        .says()
        .await
        .into_iter()
        .partition(|line| line.starts_with("stored"));
    assert_eq!(stored, ["stored: boiler at 81.5"; 2]);
    assert_eq!(
        said,
        [
            "sensors: boiler",
            "boiler: 81.5 (High)",
            "imported: 2",
            "now: 82.5",
            "now: 83.5",
            "shutting down because it is late",
            "down: true",
        ]
    );
}
