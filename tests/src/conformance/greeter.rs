//! A service that hub methods take as a parameter.

pub(super) trait Greeter: Send + Sync {
    fn greet(&self, name: &str) -> String;
}

pub(super) struct Polite;

impl Greeter for Polite {
    fn greet(&self, name: &str) -> String {
        format!("Hello, {name}")
    }
}

pub(super) struct Loud;

impl Greeter for Loud {
    fn greet(&self, name: &str) -> String {
        format!("HELLO, {}", name.to_uppercase())
    }
}
