use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Meta, Path, Token};

use super::table::{KEYS, keys_of};
use super::{Place, Value, suggest};
use crate::errors::Errors;

/// The keys given to one attribute.
#[derive(Debug, Default)]
pub(crate) struct Arguments(Vec<Given>);

#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

impl Arguments {
    /// Reads what stands between an attribute's parentheses.
    pub(crate) fn parse(place: Place, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut given = Vec::new();
        let parsed =
            (|input: ParseStream<'_>| parse_list(place, input, &mut given, errors)).parse2(tokens);
        if let Err(error) = parsed {
            errors.add(error);
        }
        Self(given)
    }

    /// Reads the keys of an inner attribute.
    pub(crate) fn of(attribute: &Attribute, place: Place, errors: &mut Errors) -> Self {
        match &attribute.meta {
            Meta::Path(_) => Self::default(),
            Meta::List(list) => Self::parse(place, list.tokens.clone(), errors),
            Meta::NameValue(_) => {
                let name = place.attribute().trim_matches('`').trim_end_matches(']');
                errors.at(
                    attribute,
                    format!("write the keys in parentheses: `{name}(..)]`"),
                );
                Self::default()
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|given| given.key == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        match &self.get(name)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn name(&self, name: &str) -> Option<&Ident> {
        match &self.get(name)?.value {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn list(&self, name: &str) -> Option<&TokenStream> {
        match &self.get(name)?.value {
            Value::List(tokens) => Some(tokens),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        match &self.get(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn parse_list(
    place: Place,
    input: ParseStream<'_>,
    list: &mut Vec<Given>,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !input.is_empty() {
        match parse_one(place, input) {
            Ok(given) => {
                if list.iter().any(|other| other.key == given.key) {
                    errors.at(&given.key, format!("`{}` is given twice", given.key));
                } else {
                    list.push(given);
                }
            }
            Err(error) => {
                errors.add(error);
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<TokenTree>()?;
                }
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn parse_one(place: Place, input: ParseStream<'_>) -> syn::Result<Given> {
    let key = input.call(Ident::parse_any)?;
    let Some(known) = keys_of(place).find(|known| key == known.name) else {
        return Err(syn::Error::new_spanned(
            &key,
            stranger(&key.to_string(), place),
        ));
    };
    let value = known.parse_value(&key, input)?;
    Ok(Given { key, value })
}

/// What to say about a key that this place does not take.
fn stranger(key: &str, place: Place) -> String {
    let attribute = place.attribute();
    if let Some(home) = KEYS
        .iter()
        .find(|known| known.name == key)
        .and_then(|known| known.places.first())
    {
        return format!(
            "`{key}` belongs on {}, not on {}",
            home.home(),
            place.noun()
        );
    }
    let known: Vec<String> = keys_of(place)
        .map(|key| format!("`{}`", key.name))
        .collect();
    let Some((last, rest)) = known.split_last() else {
        return format!("{attribute} takes no keys; remove `{key}`");
    };
    let known = if rest.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", rest.join(", "))
    };
    let takes = format!("{attribute} takes {known}");
    match suggest::nearest(key, keys_of(place).map(|key| key.name)) {
        Some(near) => {
            format!("unknown key `{key}` for {attribute}; did you mean `{near}`? {takes}")
        }
        None => format!("unknown key `{key}` for {attribute}; {takes}"),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn mistakes(place: Place, tokens: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        let _ = Arguments::parse(place, tokens, &mut errors);
        errors.texts()
    }

    #[test]
    fn every_key_is_read_although_one_is_wrong() {
        let mut errors = Errors::default();
        let arguments = Arguments::parse(
            Place::Hub,
            quote!(client = 5, implements = api::Chat),
            &mut errors,
        );
        assert_eq!(
            errors.texts(),
            ["`client` takes a path; write `client = ChatClient`"]
        );
        assert!(arguments.path("implements").is_some());
    }

    #[test]
    fn a_key_of_another_place_is_sent_home() {
        assert_eq!(
            mistakes(Place::HubMethod, quote!(client = Chat)),
            ["`client` belongs on `#[hub]`, not on a method"]
        );
        assert_eq!(
            mistakes(Place::ContractMethod, quote!(skip)),
            ["`skip` belongs on a method of a `#[hub]` impl, not on a method of a hub interface"]
        );
    }

    #[test]
    fn a_key_is_given_once() {
        assert_eq!(
            mistakes(Place::HubMethod, quote!(name = "A", name = "B")),
            ["`name` is given twice"]
        );
    }
}
