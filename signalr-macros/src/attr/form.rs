use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path, Token, parenthesized, token};

use super::table::Key;

/// What is written after a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// Nothing.
    Flag,
    /// `= "text"`
    Text,
    /// `= NewName`
    Name,
    /// `= some::Path`
    Path,
    /// `= word`, with one possible word.
    Word(&'static str),
    /// `(...)`
    List,
}

#[derive(Debug)]
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Name(Ident),
    Path(Path),
    Word,
    List(TokenStream),
}

impl Key {
    pub(super) fn parse_value(&self, ident: &Ident, input: ParseStream<'_>) -> syn::Result<Value> {
        let (name, example) = (self.name, self.example);
        match self.form {
            Form::Flag => {
                if !input.is_empty() && !input.peek(Token![,]) {
                    return Err(syn::Error::new_spanned(
                        ident,
                        format!("`{name}` takes no value; write `{example}`"),
                    ));
                }
                return Ok(Value::Flag);
            }
            Form::List => {
                if !input.peek(token::Paren) {
                    return Ok(Value::List(TokenStream::new()));
                }
                let content;
                parenthesized!(content in input);
                return content.parse().map(Value::List);
            }
            _ => {}
        }
        if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() {
            return Err(syn::Error::new_spanned(
                ident,
                format!("`{name}` needs a value; write `{example}`"),
            ));
        }
        let wrong = |what: &str| input.error(format!("`{name}` takes {what}; write `{example}`"));
        match self.form {
            Form::Flag | Form::List => Ok(Value::Flag),
            Form::Text => input
                .parse()
                .map(Value::Text)
                .map_err(|_| wrong("a string literal")),
            Form::Name => input
                .parse()
                .map(Value::Name)
                .map_err(|_| wrong("a new name")),
            Form::Path => input.parse().map(Value::Path).map_err(|_| wrong("a path")),
            Form::Word(word) => match input.fork().parse::<Ident>() {
                Ok(given) if given == word => input.parse::<Ident>().map(|_| Value::Word),
                _ => Err(wrong(&format!("only `{word}`"))),
            },
        }
    }
}
