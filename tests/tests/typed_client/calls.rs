//! Plain calls.

use futures_util::future::{join_all, poll_immediate};
use signalr::InvokeError;

use super::contract::{Reading, Sky};
use super::world::each_protocol;

#[tokio::test]
async fn values_go_there_and_back() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        assert_eq!(station.mean(1.0, 4.0).await.expect("a mean"), 2.5);
        let reading = Reading {
            place: "Zürich".into(),
            degrees: -3.5,
            sky: Sky::Clouded,
            note: Some("fog 🌫".into()),
        };
        let echo = station.echo(reading.clone()).await.expect("an echo");
        assert_eq!(echo, reading);
        assert_eq!(station.places(None).await.expect("all"), ["Oslo", "Cairo"]);
        assert_eq!(
            station.places(Some(Sky::Clear)).await.expect("one"),
            ["Cairo"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_method_without_a_value_answers_when_it_is_done() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        station.stop().await.expect("it is done");
    })
    .await;
}

#[tokio::test]
async fn the_hubs_error_comes_as_its_text() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let error = station
            .broken("no current".into())
            .await
            .expect_err("broken");
        assert!(matches!(error, InvokeError::Hub(_)));
        assert_eq!(
            error.to_string(),
            "An unexpected error occurred invoking 'Broken' on the server. HubException: no current"
        );
    })
    .await;
}

#[tokio::test]
async fn dropping_a_call_cancels_it_on_the_server() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let mut call = station.wait();
        assert!(poll_immediate(&mut call).await.is_none());
        drop(call);
        // A client's calls run one at a time: this one begins when the cancelled one is done.
        assert_eq!(station.waits_cancelled().await.expect("a number"), 1);
    })
    .await;
}

#[tokio::test]
async fn calls_by_name_reach_the_same_methods() {
    each_protocol(async |world| {
        let link = world.client().await.link;
        assert_eq!(
            link.invoke::<f64>("mean", (2, 4)).await.expect("a mean"),
            3.0
        );
        link.invoke::<()>("SWITCHOFF", ())
            .await
            .expect("it is done");
        let unknown = link.invoke::<()>("Stop", ()).await.expect_err("renamed");
        assert!(
            unknown.to_string().contains("Method does not exist."),
            "{unknown}"
        );
        let misfit = link
            .invoke::<f64>("Mean", ("x",))
            .await
            .expect_err("a misfit");
        assert!(matches!(misfit, InvokeError::Hub(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_call_through_one_connection() {
    each_protocol(async |world| {
        let station = world.client().await.station;
        let callers = (0..8).map(|caller| {
            let station = station.clone();
            tokio::spawn(async move {
                for number in 0..200 {
                    let (a, b) = (f64::from(caller), f64::from(number));
                    let mean = station.mean(a, b).await.expect("a mean");
                    assert_eq!(mean, f64::midpoint(a, b));
                }
            })
        });
        for caller in join_all(callers).await {
            caller.expect("no panic");
        }
    })
    .await;
}
