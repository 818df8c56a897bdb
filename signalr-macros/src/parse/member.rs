use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Token, Visibility};

use super::Function;
use crate::attr::own;
use crate::errors::Errors;

/// What stands between the braces of an `impl` block or a trait.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) kind: MemberKind,
}

#[derive(Debug)]
pub(crate) enum MemberKind {
    Function(Box<Function>),
    /// A constant, a type, a macro call.
    Other(TokenStream),
    /// A function whose signature could not be read; the error is reported.
    Broken(TokenStream),
}

impl Member {
    pub(crate) fn parse_all(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Self>> {
        let mut members = Vec::new();
        while !input.is_empty() {
            members.push(Self::parse(input, errors)?);
        }
        Ok(members)
    }

    fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let kind = if starts_function(input) {
            let ahead = input.fork();
            match ahead.parse::<Function>() {
                Ok(function) => {
                    syn::parse::discouraged::Speculative::advance_to(input, &ahead);
                    MemberKind::Function(Box::new(function))
                }
                Err(error) => {
                    errors.add(error);
                    MemberKind::Broken(skip(input, true)?)
                }
            }
        } else {
            let braces_end = !input.peek(Token![const]) && !input.peek(Token![type]);
            MemberKind::Other(skip(input, braces_end)?)
        };
        Ok(Self { attrs, kind })
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut attrs = self.attrs.clone();
        own::strip(&mut attrs);
        attrs
            .iter()
            .for_each(|attribute| attribute.to_tokens(tokens));
        match &self.kind {
            MemberKind::Function(function) => function.to_tokens(tokens),
            MemberKind::Other(other) | MemberKind::Broken(other) => other.to_tokens(tokens),
        }
    }
}

fn starts_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Visibility>().is_err() {
        return false;
    }
    loop {
        if ahead.peek(Token![fn]) {
            return true;
        }
        let qualifies = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern]);
        let passed = if qualifies {
            ahead.call(Ident::parse_any).is_ok()
        } else {
            ahead.peek(LitStr) && ahead.parse::<LitStr>().is_ok()
        };
        if !passed {
            return false;
        }
    }
}

/// Takes tokens up to a `;`, or to a block where blocks end the member.
fn skip(input: ParseStream<'_>, braces_end: bool) -> syn::Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => braces_end && group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        skipped.extend([token]);
        if ends {
            break;
        }
    }
    Ok(skipped)
}
