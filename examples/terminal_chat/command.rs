//! What a line that was typed means.

pub(crate) const HELP: &str = "\
  TEXT                 says it to the room
  /whisper NAME TEXT   says it to one person
  /enter ROOM          goes to another room
  /history             shows what was said
  /end                 ends the room, if the others agree
  /quit                leaves";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Say(String),
    Whisper { to: String, text: String },
    Enter(String),
    History,
    End,
    Help,
    Quit,
    Nothing,
}

impl Command {
    pub(crate) fn parse(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest.trim()) {
            ("", _) => Self::Nothing,
            ("/whisper", rest) => match rest.split_once(' ') {
                Some((to, text)) => Self::Whisper {
                    to: to.to_owned(),
                    text: text.to_owned(),
                },
                None => Self::Help,
            },
            ("/enter", room) if !room.is_empty() => Self::Enter(room.to_owned()),
            ("/history", "") => Self::History,
            ("/end", "") => Self::End,
            ("/quit", "") => Self::Quit,
            _ if word.starts_with('/') => Self::Help,
            _ => Self::Say(line.to_owned()),
        }
    }
}
