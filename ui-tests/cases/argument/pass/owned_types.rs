//! Whatever serde can read and owns itself.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use signalr::hub;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place<T> {
    x_axis: T,
    y_axis: T,
}

#[derive(Serialize, Deserialize)]
enum Shape {
    Point,
    Circle { center: Place<f64>, radius: f64 },
}

mod nested {
    pub type Alias = Vec<Option<(u8, String)>>;
}

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn scalars(
        &self,
        a: u8,
        b: i64,
        c: f32,
        d: bool,
        e: char,
        f: (),
    ) -> (u8, i64, f32, bool, char, ()) {
        (a, b, c, d, e, f)
    }

    pub fn texts(
        &self,
        a: String,
        b: Box<str>,
        c: Cow<'static, str>,
    ) -> (String, Box<str>, Cow<'static, str>) {
        (a, b, c)
    }

    pub fn lists(&self, a: Vec<u8>, b: [u8; 4], c: nested::Alias, d: Box<[u16]>) -> nested::Alias {
        let _ = (a, b, d);
        c
    }

    pub fn maps(&self, a: HashMap<String, Option<u8>>) -> HashMap<String, Option<u8>> {
        a
    }

    pub fn shapes(&self, place: Place<u32>, shape: Shape) -> Option<Shape> {
        let _ = place;
        Some(shape)
    }

    pub fn changed(&self, mut text: String) -> String {
        text.push('!');
        text
    }
}

fn main() {}
