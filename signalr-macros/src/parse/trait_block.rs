use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Generics, Ident, Token, TypeParamBound, Visibility, WhereClause, braced, token,
};

use super::Member;
use crate::errors::Errors;

/// A trait.
#[derive(Debug)]
pub(crate) struct TraitBlock {
    pub(crate) attrs: Vec<Attribute>,
    inner_attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    trait_token: Token![trait],
    pub(crate) ident: Ident,
    /// Without the `where` clause.
    pub(crate) generics: Generics,
    colon: Option<Token![:]>,
    pub(crate) supertraits: Punctuated<TypeParamBound, Token![+]>,
    brace: token::Brace,
    pub(crate) members: Vec<Member>,
}

impl TraitBlock {
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let unsafety = input.parse()?;
        let trait_token = input.parse()?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let colon: Option<Token![:]> = input.parse()?;
        let mut supertraits = Punctuated::new();
        while colon.is_some() && !input.peek(Token![where]) && !input.peek(token::Brace) {
            supertraits.push_value(input.parse()?);
            if !input.peek(Token![+]) {
                break;
            }
            supertraits.push_punct(input.parse()?);
        }
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        let content;
        let brace = braced!(content in input);
        let inner_attrs = content.call(Attribute::parse_inner)?;
        let members = Member::parse_all(&content, errors)?;
        Ok(Self {
            attrs,
            inner_attrs,
            vis,
            unsafety,
            trait_token,
            ident,
            generics,
            colon,
            supertraits,
            brace,
            members,
        })
    }
}

impl ToTokens for TraitBlock {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attrs
            .iter()
            .for_each(|attribute| attribute.to_tokens(tokens));
        self.vis.to_tokens(tokens);
        self.unsafety.to_tokens(tokens);
        self.trait_token.to_tokens(tokens);
        self.ident.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        self.colon.to_tokens(tokens);
        self.supertraits.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
        self.brace.surround(tokens, |tokens| {
            self.inner_attrs
                .iter()
                .for_each(|attribute| attribute.to_tokens(tokens));
            self.members
                .iter()
                .for_each(|member| member.to_tokens(tokens));
        });
    }
}
