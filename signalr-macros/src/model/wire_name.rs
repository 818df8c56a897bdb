use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

/// The name by which the other end calls a method.
#[derive(Debug, Clone)]
pub(crate) struct WireName {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// Whether the user wrote it.
    pub(crate) given: bool,
}

impl WireName {
    pub(crate) fn given(text: &LitStr) -> Self {
        Self {
            text: text.value(),
            span: text.span(),
            given: true,
        }
    }

    /// `SendMessage` for `send_message`.
    pub(crate) fn derived(ident: &Ident) -> Self {
        let text = ident
            .unraw()
            .to_string()
            .split('_')
            .map(capitalised)
            .collect();
        Self {
            text,
            span: ident.span(),
            given: false,
        }
    }

    /// Names are looked up without regard to ASCII case.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(ident: &str) -> String {
        let ident = syn::parse_str::<syn::Ident>(ident)
            .unwrap_or_else(|_| Ident::new_raw(&ident[2..], Span::call_site()));
        WireName::derived(&ident).text
    }

    #[test]
    fn names_become_pascal_case() {
        assert_eq!(derived("send_message"), "SendMessage");
        assert_eq!(derived("r#type"), "Type");
        assert_eq!(derived("sendHTTP_2x"), "SendHTTP2x");
        assert_eq!(derived("_private"), "Private");
        assert_eq!(derived("__"), "");
    }
}
