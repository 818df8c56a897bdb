//! Files that clients upload as a stream of chunks, each acknowledged by the progress that comes back.
//!
//! Run `cargo run --bin file-upload`, connect a client to `/files` and call `Save(name, chunks)`, where `chunks` is a
//! stream of byte arrays (base64 in JSON) of up to 16 KiB.

mod serve;

use std::error::Error;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use signalr::types::Binary;
use signalr::{CallerContext, HubError, ResultExt, SignalR, UploadStream, client_interface, hub};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

const LARGEST_FILE: usize = 10 * 1024 * 1024;

#[client_interface]
trait UploadClient {
    async fn progress(&self, name: String, bytes: usize);
}

struct FileHub {
    directory: PathBuf,
}

#[hub(client = UploadClient)]
impl FileHub {
    /// Saves a file and answers with its size. A file that does not arrive whole is not kept.
    pub async fn save(
        &self,
        cx: &CallerContext<Self>,
        name: String,
        chunks: UploadStream<Binary>,
    ) -> Result<usize, HubError> {
        let path = self.path(&name)?;
        // Only one of two uploads of one name gets it.
        let file = File::create_new(&path)
            .await
            .map_err(|_| HubError::visible(format!("There is a file {name} already.")))?;
        let saved = write(cx, &name, chunks, file).await;
        if saved.is_err() {
            fs::remove_file(&path).await.hidden()?;
        }
        saved
    }
}

impl FileHub {
    /// Where a file of this name is; clients must not choose a directory.
    fn path(&self, name: &str) -> Result<PathBuf, HubError> {
        let is_plain = Path::new(name).file_name().is_some_and(|last| last == name);
        if !is_plain || name.starts_with('.') {
            return Err(HubError::visible(format!("{name:?} is no file name.")));
        }
        Ok(self.directory.join(name))
    }
}

async fn write(
    cx: &CallerContext<FileHub>,
    name: &str,
    mut chunks: UploadStream<Binary>,
    mut file: File,
) -> Result<usize, HubError> {
    let mut size = 0;
    // While this waits for the disk, the client waits too: ten chunks are held, no more are read.
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        size += chunk.len();
        if size > LARGEST_FILE {
            return Err(HubError::visible("The file is too large."));
        }
        file.write_all(&chunk).await.hidden()?;
        cx.clients()
            .caller()
            .progress(name.to_owned(), size)
            .await?;
    }
    file.sync_all().await.hidden()?;
    Ok(size)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join("signalr-uploads");
    fs::create_dir_all(&directory).await?;
    println!("Files go to {}", directory.display());
    let signalr = SignalR::builder()
        .hub::<FileHub>(move |_| Ok(FileHub { directory }), |_| {})
        .build()?;
    serve::serve(
        serve::listen().await?,
        signalr.map::<FileHub>("/files").into(),
        signalr,
    )
    .await
}
