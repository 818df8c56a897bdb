use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};

use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::parse::{ImplBlock, TraitBlock};
use crate::{check, expand, lower};

/// `#[hub]`: the item as it was, then what is generated for it, then all mistakes.
pub(crate) fn hub(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(Place::Hub, arguments, &mut errors);
    let Some(mut block) = parse(item.clone(), Wanted::Impl, ImplBlock::parse, &mut errors) else {
        return finish(item, None, errors);
    };
    let model = lower::hub(&arguments, &block, &mut errors);
    if let Some(model) = &model {
        check::hub(model, &mut errors);
    }
    let generated = model.map(|model| expand::hub(&model, errors.is_empty()));
    crate::attr::own::strip(&mut block.attrs);
    // `pub` means callable by clients, whoever can see the hub.
    let item = quote!(#[allow(unreachable_pub, clippy::must_use_candidate)] #block);
    finish(item, generated, errors)
}

/// `#[client_interface]`
pub(crate) fn client_interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(Place::ClientInterface, arguments, &mut errors);
    let Some(mut block) = parse(
        item.clone(),
        Wanted::ClientTrait,
        TraitBlock::parse,
        &mut errors,
    ) else {
        return finish(item, None, errors);
    };
    let model = lower::client_interface(&arguments, &block, &mut errors);
    if let Some(model) = &model {
        check::client_interface(model, &mut errors);
    }
    expand::open(&mut block);
    finish(
        quote!(#block),
        model.as_ref().map(expand::client_interface),
        errors,
    )
}

/// `#[hub_interface]`
pub(crate) fn hub_interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(Place::HubInterface, arguments, &mut errors);
    let Some(mut block) = parse(
        item.clone(),
        Wanted::HubTrait,
        TraitBlock::parse,
        &mut errors,
    ) else {
        return finish(item, None, errors);
    };
    let model = lower::hub_interface(&arguments, &block, &mut errors);
    if let Some(model) = &model {
        check::hub_interface(model, &mut errors);
    }
    expand::open(&mut block);
    // Nothing calls the trait's own methods: the trait is the contract, its client carries the calls.
    let item = quote!(#[allow(dead_code)] #block);
    finish(item, model.as_ref().map(expand::hub_interface), errors)
}

/// An inner attribute that stands alone.
pub(crate) fn misplaced(message: &str, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    errors.at_span(Span::call_site(), message);
    finish(item, None, errors)
}

fn finish(item: TokenStream, generated: Option<TokenStream>, errors: Errors) -> TokenStream {
    let errors = errors.into_tokens();
    quote!(#item #generated #errors)
}

/// What an attribute belongs on.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Impl,
    ClientTrait,
    HubTrait,
}

fn parse<T>(
    item: TokenStream,
    wanted: Wanted,
    read: fn(ParseStream<'_>, &mut Errors) -> syn::Result<T>,
    errors: &mut Errors,
) -> Option<T> {
    let (attribute, keyword, home) = match wanted {
        Wanted::Impl => ("#[hub]", "impl", "an `impl` block"),
        Wanted::ClientTrait => ("#[client_interface]", "trait", "a trait"),
        Wanted::HubTrait => ("#[hub_interface]", "trait", "a trait"),
    };
    if let Some((found, noun)) = item_kind(item.clone())
        && found != keyword
    {
        errors.at(
            found,
            format!("`{attribute}` belongs on {home}, not on {noun}"),
        );
        return None;
    }
    let read_all = |input: ParseStream<'_>| read(input, errors);
    match read_all.parse2(item) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            errors.add(error);
            None
        }
    }
}

/// The keyword that says what an item is.
fn item_kind(item: TokenStream) -> Option<(syn::Ident, &'static str)> {
    let kinds = [
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("union", "a union"),
        ("trait", "a trait"),
        ("impl", "an `impl` block"),
        ("fn", "a function"),
        ("mod", "a module"),
        ("type", "a type alias"),
        ("static", "a static"),
        ("use", "an import"),
    ];
    item.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => kinds
            .iter()
            .find(|(keyword, _)| ident == keyword)
            .map(|(_, noun)| (ident.clone(), *noun)),
        _ => None,
    })
}
