use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Attribute, Generics, Path, Token, Type, WhereClause, braced, token};

use super::Member;
use crate::errors::Errors;

/// An `impl` block.
#[derive(Debug)]
pub(crate) struct ImplBlock {
    pub(crate) attrs: Vec<Attribute>,
    inner_attrs: Vec<Attribute>,
    impl_token: Token![impl],
    /// Without the `where` clause.
    pub(crate) generics: Generics,
    pub(crate) of_trait: Option<(Path, Token![for])>,
    pub(crate) self_type: Type,
    brace: token::Brace,
    pub(crate) members: Vec<Member>,
}

impl ImplBlock {
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let mut self_type: Type = input.parse()?;
        let mut of_trait = None;
        if let Some(for_token) = input.parse::<Option<Token![for]>>()? {
            if let Type::Path(path) = self_type {
                of_trait = Some((path.path, for_token));
            }
            self_type = input.parse()?;
        }
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        let content;
        let brace = braced!(content in input);
        let inner_attrs = content.call(Attribute::parse_inner)?;
        let members = Member::parse_all(&content, errors)?;
        Ok(Self {
            attrs,
            inner_attrs,
            impl_token,
            generics,
            of_trait,
            self_type,
            brace,
            members,
        })
    }
}

impl ToTokens for ImplBlock {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            inner_attrs,
            impl_token,
            generics,
            of_trait,
            self_type,
            brace,
            members,
        } = self;
        attrs
            .iter()
            .for_each(|attribute| attribute.to_tokens(tokens));
        impl_token.to_tokens(tokens);
        generics.to_tokens(tokens);
        if let Some((path, for_token)) = of_trait {
            path.to_tokens(tokens);
            for_token.to_tokens(tokens);
        }
        self_type.to_tokens(tokens);
        generics.where_clause.to_tokens(tokens);
        brace.surround(tokens, |tokens| {
            inner_attrs
                .iter()
                .for_each(|attribute| attribute.to_tokens(tokens));
            members.iter().for_each(|member| member.to_tokens(tokens));
        });
    }
}
