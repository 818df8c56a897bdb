//! Requirements on the hub and on its methods.

use signalr::hub;
use signalr::server::Hub;

struct ChatHub;

#[hub(authorize(role = "member"))]
impl ChatHub {
    pub fn ping(&self) {}

    #[authorize]
    pub fn known(&self) {}

    #[authorize(role = "admin")]
    #[authorize(policy = "daytime")]
    pub fn ban(&self, user: String) {
        drop(user);
    }

    #[signalr::authorize(role = "admin", policy = "daytime")]
    #[hub_method(name = "Unban")]
    pub fn forgive(&self, user: String) {
        drop(user);
    }
}

struct OpenHub;

#[hub]
impl OpenHub {
    pub fn ping(&self) {}
}

fn main() {
    assert_eq!(<ChatHub as Hub>::AUTHORIZE.len(), 1);
    assert!(<OpenHub as Hub>::AUTHORIZE.is_empty());
}
