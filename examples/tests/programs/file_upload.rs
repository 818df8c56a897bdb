use futures_util::stream;
use signalr::contract::Upload;
use signalr::types::Binary;

use super::program::{Program, inbox, soon};

/// So many chunks of this size, each of one byte over and over.
fn chunks(count: u32, size: usize) -> Upload {
    let chunk = move |number: u32| Binary::from(vec![number.to_le_bytes()[0]; size]);
    Upload::new(stream::iter((0..count).map(chunk)))
}

#[tokio::test]
async fn a_file_arrives_whole_or_not_at_all() {
    let program = Program::start(env!("CARGO_BIN_EXE_file-upload")).await;
    let link = program.connection("/files");
    let (progress, mut progressed) = inbox();
    link.on("Progress", move |_: String, bytes: usize| progress(bytes));
    soon(link.start()).await.expect("it connects");
    let name = format!("test-{}.bin", std::process::id());
    let path = std::env::temp_dir().join("signalr-uploads").join(&name);
    let save = |name: &str, chunks| soon(link.invoke::<usize>("Save", (name.to_owned(), chunks)));

    let size = save(&name, chunks(30, 10_000)).await.expect("a size");
    assert_eq!(size, 300_000);
    for number in 1..=30 {
        assert_eq!(progressed.next().await, number * 10_000);
    }
    let saved = std::fs::read(&path).expect("the file is there");
    assert!(
        saved.len() == size && saved.starts_with(&[0; 10_000]) && saved.ends_with(&[29; 10_000])
    );

    let again = save(&name, chunks(1, 1)).await.expect_err("it is there");
    assert!(again.to_string().contains("There is a file"), "{again}");
    std::fs::remove_file(&path).expect("the file is there");

    let torn = stream::iter([Ok(Binary::from(vec![1])), Err("The disk is broken.")]);
    let torn = save(&name, Upload::fallible(torn))
        .await
        .expect_err("half a file");
    assert!(torn.to_string().contains("The disk is broken."), "{torn}");
    let large = save(&name, chunks(700, 16_000)).await;
    assert!(large.is_err(), "larger than allowed");
    assert!(!path.exists(), "no half of a file is kept");

    for name in ["../evil", "a/b", "..", ".hidden", ""] {
        let error = save(name, chunks(1, 1)).await.expect_err("no name");
        assert!(error.to_string().contains("is no file name"), "{error}");
    }
}
