use syn::{FnArg, GenericParam, PatType, Receiver, ReceiverKind, Safety, Signature};

use crate::errors::Errors;

/// What must hold for every function that is called over the wire. `what` is its kind in the plural.
pub(super) fn require_callable(signature: &Signature, what: &str, errors: &mut Errors) -> bool {
    let mut good = true;
    let mut mistake = |error: syn::Error| {
        good = false;
        errors.add(error);
    };
    match signature.receiver() {
        None => mistake(syn::Error::new_spanned(
            &signature.ident,
            format!("{what} take `&self`; this function has no receiver"),
        )),
        Some(receiver) => {
            if let Some(reason) = wrong_receiver(receiver) {
                let mut receiver = receiver.clone();
                receiver.attrs.clear();
                mistake(syn::Error::new_spanned(
                    receiver,
                    format!("{what} take `&self`; {reason}"),
                ));
            }
        }
    }
    if signature
        .generics
        .params
        .iter()
        .any(|param| !matches!(param, GenericParam::Lifetime(_)))
    {
        let message = format!("{what} cannot have type parameters; the wire carries no types");
        mistake(syn::Error::new_spanned(&signature.generics, message));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        mistake(syn::Error::new_spanned(
            token,
            format!("{what} cannot be `unsafe`; anyone can call them"),
        ));
    }
    good
}

fn wrong_receiver(receiver: &Receiver) -> Option<&'static str> {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => None,
        ReceiverKind::Reference(_, _, Some(_)) => Some("keep changing state behind a lock"),
        _ => Some("the value is shared by all calls"),
    }
}

/// The parameters without the receiver.
pub(super) fn parameters(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    })
}
