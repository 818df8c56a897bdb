use super::program::Program;

#[tokio::test]
async fn it_serves_its_page() {
    let chat = Program::start(env!("CARGO_BIN_EXE_chat")).await;
    let answer = chat.request("GET", "/", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("<title>Chat"), "{answer}");
}
