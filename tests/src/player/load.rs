//! Reads vectors from files.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use super::vector::Vector;

/// A file that could not be read as a vector.
#[derive(Debug)]
pub struct LoadError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    Json(serde_json::Error),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Io(e) => write!(f, "{}: {e}", self.path.display()),
            Cause::Json(e) => write!(f, "{} is not a vector: {e}", self.path.display()),
        }
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Io(e) => Some(e),
            Cause::Json(e) => Some(e),
        }
    }
}

/// Reads the vector of a file, or all of a folder in the order of their paths.
pub fn load(path: &Path) -> Result<Vec<Vector>, LoadError> {
    let mut files = Vec::new();
    collect(path, &mut files)?;
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let failed = |e| LoadError {
        path: path.to_owned(),
        cause: Cause::Io(e),
    };
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let child = entry.map_err(failed)?.path();
        if child.is_dir()
            || child
                .extension()
                .is_some_and(|extension| extension == "json")
        {
            collect(&child, files)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vector, LoadError> {
    let failed = |cause| LoadError {
        path: path.to_owned(),
        cause,
    };
    let text = fs::read_to_string(path).map_err(|e| failed(Cause::Io(e)))?;
    serde_json::from_str(&text).map_err(|e| failed(Cause::Json(e)))
}
