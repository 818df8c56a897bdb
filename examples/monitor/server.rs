//! Something to watch: a server that sends readings, and goes away again and again.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use signalr::server::DrainOptions;
use signalr::{HubContext, SignalR, hub};
use tokio::net::TcpListener;
use tokio::time::{interval, sleep};

use crate::contract::{Reading, Watcher};

const SENSOR: &str = "temperature";
const UP: Duration = Duration::from_secs(6);
const DOWN: Duration = Duration::from_secs(3);

struct Sensors;

#[hub(client = Watcher)]
impl Sensors {
    /// What it has readings of.
    pub fn names(&self) -> Vec<&'static str> {
        vec![SENSOR]
    }
}

/// Starts it on a free port; the hub's URL.
pub(crate) async fn start() -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        if let Err(error) = come_and_go(listener, address).await {
            eprintln!("the server failed: {error}");
        }
    });
    Ok(format!("http://{address}/sensors"))
}

async fn come_and_go(
    mut listener: TcpListener,
    address: SocketAddr,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    loop {
        let signalr = SignalR::builder()
            .hub::<Sensors>(|_| Ok(Sensors), |_| ())
            .build()?;
        let app = axum::Router::new().merge(signalr.map::<Sensors>("/sensors"));
        let measuring = tokio::spawn(measure(signalr.context()));
        let leaving = async move {
            sleep(UP).await;
            let at_once = DrainOptions::default().spread(Duration::ZERO);
            signalr.drain(at_once).await;
        };
        axum::serve(listener, app)
            .with_graceful_shutdown(leaving)
            .await?;
        measuring.abort();
        sleep(DOWN).await;
        listener = TcpListener::bind(address).await?;
    }
}

async fn measure(sensors: HubContext<Sensors>) {
    let mut ticks = interval(Duration::from_millis(500));
    for count in 0_u32.. {
        ticks.tick().await;
        let reading = Reading {
            sensor: SENSOR.to_owned(),
            value: 20.0 + 15.0 * (f64::from(count) / 4.0).sin(),
        };
        if let Err(error) = sensors.clients().all().reading(reading).await {
            eprintln!("{error}");
        }
    }
}
