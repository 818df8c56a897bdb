//! Plays recorded conversations against a server:
//! `signalr-player --url http://127.0.0.1:5000 [--issue N] [--only TEXT] [--jobs N] PATHS..`

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use signalr_tests::player::{Address, Selection, Vector, check, load};

struct Arguments {
    url: Address,
    selection: Selection,
    paths: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let (mut url, mut selection, mut paths) = (None, Selection::default(), Vec::new());
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("{text} is not a number"));
        match word.as_str() {
            "--url" => url = Some(value()?.parse()?),
            "--issue" => selection.issue = number(value()?)?,
            "--jobs" => selection.jobs = number(value()?)?.into(),
            "--only" => selection.only = value()?,
            path if !path.starts_with("--") => paths.push(path.into()),
            other => return Err(format!("unknown option {other}")),
        }
    }
    let url = url.ok_or("--url is missing")?;
    Ok(Arguments {
        url,
        selection,
        paths,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(text) => {
            eprintln!("signalr-player: {text}");
            ExitCode::from(2)
        }
    }
}

/// Whether all vectors passed.
async fn run() -> Result<bool, String> {
    let Arguments {
        url,
        selection,
        paths,
    } = arguments()?;
    let mut vectors: Vec<Vector> = Vec::new();
    for path in &paths {
        vectors.extend(load(path).map_err(|e| e.to_string())?);
    }
    let report = check(&url, &vectors, &selection, |outcome| println!("{outcome}")).await;
    println!("{report}");
    Ok(report.failures().next().is_none())
}
