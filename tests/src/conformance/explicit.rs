//! The hub *Explicit*: services are taken only where they are marked.

use std::sync::Arc;

use signalr::hub;

use super::greeter::Greeter;

#[derive(Debug)]
pub(super) struct Explicit;

#[hub(inject = explicit)]
impl Explicit {
    pub fn greet(&self, name: Option<String>, #[inject] greeter: Arc<dyn Greeter>) -> String {
        greeter.greet(&name.unwrap_or_default())
    }

    pub fn echo(&self, text: Option<String>) -> Option<String> {
        text
    }
}
