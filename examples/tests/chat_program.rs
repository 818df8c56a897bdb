//! The chat as a program: it says where it is, and is there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().expect("it has not ended by itself");
        self.0.wait().expect("it is our child");
    }
}

#[test]
fn it_prints_an_address_that_answers() {
    let mut chat = Running(
        Command::new(env!("CARGO_BIN_EXE_chat"))
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the chat starts"),
    );
    let mut line = String::new();
    BufReader::new(chat.0.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("a line");
    let (_, rest) = line.split_once("http://").expect("an address");
    let (address, _) = rest
        .split_once('/')
        .expect("an address that ends in a slash");

    let mut page = TcpStream::connect(address).expect("somebody listens");
    page.write_all(format!("GET / HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())
        .expect("a request");
    let mut answer = String::new();
    page.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"),
        "{answer}"
    );
    assert!(answer.contains("<title>Chat"), "{answer}");
}
