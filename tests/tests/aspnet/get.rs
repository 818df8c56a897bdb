use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a server answers to a plain GET, headers and all.
pub(crate) async fn get(server: &str, path: &str) -> String {
    let host = server.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("a server");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
