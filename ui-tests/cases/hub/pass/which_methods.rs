//! What is exported, and what may stand in the impl beside it.

use signalr::hub;

struct ChatHub {
    name: String,
}

#[hub]
impl ChatHub {
    #![allow(clippy::unused_self)]

    const LIMIT: usize = 10;

    pub const GREETING: &'static str = "hello";

    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    /// Exported.
    pub fn exported(&self) -> usize {
        Self::LIMIT + self.name.len()
    }

    /// Exported although private.
    #[hub_method]
    fn also_exported(&self) {}

    #[hub_method(skip)]
    pub fn skipped<'a, T>(&mut self, anything: &'a T) -> &'a T
    where
        T: ?Sized,
    {
        self.name.clear();
        unsafe_looking! { struct ignored { fn } }
        anything
    }

    pub(crate) fn internal(&self, f: impl Fn(&str)) {
        f(&self.name);
    }

    pub(self) fn private<'a>(&'a self, _: &'a str) -> Box<dyn Fn() + 'a> {
        Box::new(|| drop(self.name.clone()))
    }

    pub const fn limit() -> usize {
        Self::LIMIT
    }

    pub async unsafe fn associated() {}
}

macro_rules! unsafe_looking {
    ($($anything:tt)*) => {};
}
use unsafe_looking;

fn main() {
    let mut hub = ChatHub::new(ChatHub::GREETING);
    hub.also_exported();
    hub.internal(|_| {});
    (hub.private(""))();
    assert_eq!(hub.exported(), ChatHub::limit() + 5);
    assert_eq!(hub.skipped("x"), "x");
    let _ = ChatHub::associated;
}
