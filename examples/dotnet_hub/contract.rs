//! `PlantHub.cs` in Rust: what it takes, what it calls, and its types with the names that .NET writes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use signalr::Stream;
use signalr::types::DateTimeOffset;

/// `interface IPlantClient`. Names on the wire are PascalCase, as C#'s are.
#[signalr::client_interface]
pub(crate) trait PlantClient {
    /// A reading was stored.
    async fn reading_taken(&self, reading: Reading);
    /// Whether the plant may be shut down.
    async fn confirm_shut_down(&self, reason: String) -> bool;
}

/// `class PlantHub`. `Async` is a part of a method's name on the wire.
#[signalr::hub_interface]
pub(crate) trait PlantHub {
    /// The sensors there are.
    async fn get_sensors(&self) -> Vec<String>;
    /// `Reading?` is an `Option`.
    async fn get_last_reading_async(&self, sensor: String) -> Option<Reading>;
    /// `IAsyncEnumerable<Reading>` is a stream; the `CancellationToken` fires when it is dropped.
    fn watch(&self, sensor: String) -> impl Stream<Item = Reading>;
    /// An `IAsyncEnumerable<Reading>` among the arguments is a stream too.
    async fn import(&self, readings: impl Stream<Item = Reading>) -> i32;
    /// `[HubMethodName("shut-down")]`.
    #[hub_method(name = "shut-down")]
    async fn shut_down(&self, reason: String) -> bool;
}

/// `record Reading`: .NET writes properties in camelCase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reading {
    /// Which sensor.
    pub(crate) sensor: String,
    /// What it measured.
    pub(crate) celsius: f64,
    /// What that means.
    pub(crate) level: Level,
    /// When.
    pub(crate) measured_at: DateTimeOffset,
}

/// `enum Level`: a number, unless the C# has a `JsonStringEnumConverter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// 0
    Low,
    /// 1
    Normal,
    /// 2
    High,
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            0 => Ok(Self::Low),
            1 => Ok(Self::Normal),
            2 => Ok(Self::High),
            other => Err(de::Error::custom(format_args!("{other} is no level"))),
        }
    }
}
