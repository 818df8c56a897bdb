//! Keywords as names: the wire does not see the `r#`.

use signalr::contract::ClientInterface;
use signalr::{client_interface, hub, hub_interface};
use ui_tests::Recorder;

#[client_interface]
trait r#Try {
    async fn r#match(&self, r#type: String);
}

#[hub_interface]
trait r#Do {
    fn r#loop(&self, r#for: u32) -> u32;
}

struct r#Yield;

#[hub(client = r#Try, implements = r#Do)]
impl r#Yield {
    pub fn r#loop(&self, r#for: u32) -> u32 {
        r#for
    }

    #[hub_method(extra)]
    pub fn r#break(&self, r#in: u32) -> u32 {
        r#in
    }
}

fn main() {
    let recorder = Recorder::default();
    let _ = <dyn r#Try as ClientInterface>::proxy(recorder.clone()).r#match("x".to_owned());
    let _ = DoClient::new(&recorder).r#loop(1);
    assert_eq!(
        recorder.take(),
        [
            r#"send {"type":1,"target":"Match","arguments":["x"]} 0"#,
            r#"invoke {"type":1,"target":"Loop","arguments":[1]} 0"#,
        ]
    );
    assert_eq!(<r#Yield as signalr::server::Hub>::NAME, "Yield");
}
