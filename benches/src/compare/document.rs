use std::error::Error;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- figures: written by signalr-benches -->\n";
const END: &str = "<!-- end of figures -->";

/// Puts the figures between their marks in a page.
pub(super) fn replace(page: &Path, figures: &str) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(page)?;
    let (head, rest) = text
        .split_once(BEGIN)
        .ok_or("the page has no mark for figures")?;
    let (_, tail) = rest
        .split_once(END)
        .ok_or("the page has no mark for their end")?;
    fs::write(page, format!("{head}{BEGIN}{figures}{END}{tail}"))?;
    Ok(())
}
