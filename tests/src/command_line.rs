//! The options of this package's programs.

use std::env;
use std::str::FromStr;

/// The value behind an option, if the option was given.
pub fn option<T: FromStr>(name: &str) -> Result<Option<T>, String> {
    let mut words = env::args().skip_while(|word| word != name);
    if words.next().is_none() {
        return Ok(None);
    }
    let value = words
        .next()
        .ok_or_else(|| format!("{name} needs a value"))?;
    value
        .parse()
        .map(Some)
        .map_err(|_| format!("{name} {value} makes no sense"))
}
