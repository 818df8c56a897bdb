use super::names::{self, Named};
use crate::errors::Errors;
use crate::model::{ClientInterface, HubInterface};

pub(crate) fn client_interface(interface: &ClientInterface, errors: &mut Errors) {
    let named: Vec<_> = interface
        .methods
        .iter()
        .map(|method| Named { wire_name: &method.wire_name, ident: &method.ident, attributes: &method.carried })
        .collect();
    names::distinct(&named, errors);
}

pub(crate) fn hub_interface(interface: &HubInterface, errors: &mut Errors) {
    for method in &interface.methods {
        let ident = &method.ident;
        if RESERVED.iter().any(|reserved| ident == reserved) {
            let (client, name) = (&interface.client, &method.wire_name.text);
            errors.at(
                ident,
                format!("`{ident}` is taken by `{client}::{ident}`; rename the method and keep `#[hub_method(name = \"{name}\")]`"),
            );
        }
    }
    let named: Vec<_> = interface
        .methods
        .iter()
        .map(|method| Named { wire_name: &method.wire_name, ident: &method.ident, attributes: &method.carried })
        .collect();
    names::distinct(&named, errors);
}

/// What the generated client has of its own.
const RESERVED: [&str; 2] = ["new", "notify"];
