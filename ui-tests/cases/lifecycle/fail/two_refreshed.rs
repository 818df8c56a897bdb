use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_authentication_refreshed]
    async fn regrouped(&self) {}

    #[on_authentication_refreshed]
    async fn noted(&self) {}
}

fn main() {}
