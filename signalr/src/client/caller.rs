use serde::de::DeserializeOwned;

use super::HubConnection;
use super::call::{Call, Request, Wanted};
use crate::contract::{Caller, Reply, StartedStream, Upload};
use crate::protocol::Argument;

impl Caller for HubConnection {
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Result,
        };
        let call = Call::write(self, request);
        Reply::new(async move { call?.result().await })
    }

    fn notify(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<()> {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Nothing,
        };
        let call = Call::write(self, request);
        Reply::new(async move { call?.notify().await })
    }

    fn stream<T>(
        &self,
        method: &str,
        arguments: &[&dyn Argument],
        uploads: Vec<Upload>,
    ) -> StartedStream<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Stream,
        };
        let call = Call::write(self, request);
        Reply::new(async move { call?.stream().await })
    }
}
