use quote::format_ident;
use syn::Ident;
use syn::ext::IdentExt;

use super::trait_head::{self, Kind};
use super::{marks, outcome};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::{ContractMethod, HubInterface};
use crate::parse::{Member, TraitBlock};

const KIND: Kind = Kind {
    trait_noun: "a hub interface",
    methods_noun: "hub methods",
    place: Place::ContractMethod,
    rule: "hub interfaces hold only methods without bodies",
};

/// Lowers a `#[hub_interface]` trait; nothing if no interface can be made of it.
pub(crate) fn hub_interface(
    arguments: &Arguments,
    block: &TraitBlock,
    errors: &mut Errors,
) -> Option<HubInterface> {
    let header = trait_head::header(arguments, block, &KIND, errors);
    let ident = block.ident.unraw();
    let client = arguments
        .name("client")
        .cloned()
        .unwrap_or_else(|| format_ident!("{ident}Client", span = ident.span()));
    let methods = block
        .members
        .iter()
        .filter_map(|member| method(member, &client, errors))
        .collect();
    Some(HubInterface {
        header: header?,
        client,
        methods,
    })
}

/// What the generated client has of its own.
const RESERVED: [&str; 2] = ["new", "notify"];

fn method(member: &Member, client: &Ident, errors: &mut Errors) -> Option<ContractMethod> {
    let function = trait_head::function(member, &KIND, errors)?;
    let signature = &function.signature;
    let wire_name = trait_head::wire_name(&member.attrs, signature, &KIND, errors);
    let parameters = trait_head::parameters(signature, &KIND, errors);
    let outcome = outcome::of_contract_method(&signature.output, errors);
    let ident = &signature.ident;
    if RESERVED.iter().any(|reserved| ident == reserved) {
        let name = wire_name.text;
        let taken = format!("`{ident}` is taken by `{client}::{ident}`");
        errors.at(
            ident,
            format!("{taken}; rename the method and keep `#[hub_method(name = \"{name}\")]`"),
        );
        return None;
    }
    Some(ContractMethod {
        carried: marks::carried(&member.attrs),
        ident: signature.ident.clone(),
        wire_name,
        parameters: parameters?,
        outcome: outcome?,
    })
}
