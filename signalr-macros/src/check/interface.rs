use super::names::{self, Named};
use crate::errors::Errors;
use crate::model::{ClientInterface, HubInterface};

pub(crate) fn client_interface(interface: &ClientInterface, errors: &mut Errors) {
    let named: Vec<_> = interface
        .methods
        .iter()
        .map(|method| Named {
            wire_name: &method.wire_name,
            ident: &method.ident,
            attributes: &method.carried,
        })
        .collect();
    names::distinct(&named, errors);
}

pub(crate) fn hub_interface(interface: &HubInterface, errors: &mut Errors) {
    let named: Vec<_> = interface
        .methods
        .iter()
        .map(|method| Named {
            wire_name: &method.wire_name,
            ident: &method.ident,
            attributes: &method.carried,
        })
        .collect();
    names::distinct(&named, errors);
}
