use signalr::on_authentication_refreshed;

struct ChatHub;

impl ChatHub {
    #[on_authentication_refreshed]
    pub fn refreshed(&self) {}
}

fn main() {}
