use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{FnArg, Signature, Token, Visibility};

use crate::attr::own;

/// A function of an `impl` block or a trait.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) vis: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

#[derive(Debug)]
pub(crate) enum Body {
    None(Token![;]),
    Opaque(TokenTree),
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let vis = input.parse()?;
        let signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::None(input.parse()?)
        } else {
            Body::Opaque(input.parse()?)
        };
        Ok(Self {
            vis,
            signature,
            body,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.vis.to_tokens(tokens);
        without_own_attributes(&self.signature).to_tokens(tokens);
        match &self.body {
            Body::None(semicolon) => semicolon.to_tokens(tokens),
            Body::Opaque(body) => body.to_tokens(tokens),
        }
    }
}

fn without_own_attributes(signature: &Signature) -> Signature {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => own::strip(&mut receiver.attrs),
            FnArg::Typed(parameter) => own::strip(&mut parameter.attrs),
        }
    }
    signature
}
