use quote::format_ident;
use syn::ext::IdentExt;

use super::trait_head::{self, Kind};
use super::{marks, outcome};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::{ClientInterface, ClientMethod};
use crate::parse::{Member, TraitBlock};

const KIND: Kind = Kind {
    trait_noun: "a client interface",
    methods_noun: "client methods",
    place: Place::ClientMethod,
    rule: "client interfaces hold only async methods without bodies",
};

/// Lowers a `#[client_interface]` trait; nothing if no interface can be made of it.
pub(crate) fn client_interface(
    arguments: &Arguments,
    block: &TraitBlock,
    errors: &mut Errors,
) -> Option<ClientInterface> {
    let header = trait_head::header(arguments, block, &KIND, errors);
    let methods = block
        .members
        .iter()
        .filter_map(|member| method(member, errors))
        .collect();
    let ident = block.ident.unraw();
    let named = |key, default| arguments.name(key).cloned().unwrap_or(default);
    Some(ClientInterface {
        header: header?,
        proxy: named("proxy", format_ident!("{ident}Proxy", span = ident.span())),
        receiver: named(
            "receiver",
            format_ident!("{ident}Receiver", span = ident.span()),
        ),
        methods,
    })
}

fn method(member: &Member, errors: &mut Errors) -> Option<ClientMethod> {
    let function = trait_head::function(member, &KIND, errors)?;
    let signature = &function.signature;
    let wire_name = trait_head::wire_name(&member.attrs, signature, &KIND, errors);
    let parameters = trait_head::parameters(signature, &KIND, errors);
    let answer = outcome::of_client_method(&signature.output, errors);
    if signature.asyncness.is_none() {
        let (rule, name) = (KIND.rule, &signature.ident);
        errors.at(
            signature.fn_token,
            format!("{rule}; write `async fn {name}`"),
        );
        return None;
    }
    Some(ClientMethod {
        carried: marks::carried(&member.attrs),
        ident: signature.ident.clone(),
        wire_name,
        parameters: parameters?,
        answer: answer?,
    })
}
