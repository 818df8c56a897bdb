use syn::Type;

use super::owned::borrow_in;
use super::parameter::Scope;
use super::shape;
use crate::attr::Place;
use crate::errors::Errors;
use crate::model::{Role, Service};

/// What a parameter of a hub's method is for, told by its type.
pub(super) fn of_hub(ty: &Type, scope: Scope, errors: &mut Errors) -> Option<Role> {
    if let Type::Reference(reference) = shape::peel(ty)
        && shape::is_named(&reference.elem, "CallerContext")
        && reference.mutability.is_none()
    {
        return Some(Role::Context);
    }
    if shape::is_named(ty, "CallerContext") || is_exclusive_context(ty) {
        errors.at(
            ty,
            "the caller context is borrowed; write `&CallerContext<Self>`",
        );
        return None;
    }
    if shape::is_named(ty, "CancellationToken") {
        return Some(Role::Token);
    }
    if let Some(item) = shape::only_argument(ty, "UploadStream") {
        return argument(item, errors).map(|_| Role::Upload(item.clone()));
    }
    if is_cause(ty) && scope.place == Place::HubMethod {
        errors.at(
            ty,
            "the cause belongs to `#[on_disconnected]`; a call has none",
        );
        return None;
    }
    if is_cause(ty) {
        return Some(Role::Cause);
    }
    if !scope.explicit
        && let Some(service) = shape::only_argument(ty, "Arc")
    {
        return Some(Role::Service(Service {
            ty: service.clone(),
            key: None,
        }));
    }
    argument(ty, errors)
}

/// As [`of_hub`], for an interface, which names only what crosses the wire.
pub(super) fn of_interface(ty: &Type, place: Place, errors: &mut Errors) -> Option<Role> {
    let of_the_hub = |what: &str| {
        format!("{what} belongs to the hub's method; an interface names only what crosses the wire")
    };
    if shape::is_named(ty, "CallerContext")
        || matches!(shape::peel(ty), Type::Reference(reference) if shape::is_named(&reference.elem, "CallerContext"))
    {
        errors.at(ty, of_the_hub("the caller context"));
        return None;
    }
    if shape::is_named(ty, "CancellationToken") {
        errors.at(ty, of_the_hub("a cancellation token"));
        return None;
    }
    if place == Place::ContractMethod {
        if let Some(item) = shape::only_argument(ty, "UploadStream") {
            let item = shape::show(item);
            errors.at(ty, format!("`UploadStream` is the hub's end of an upload; write `impl Stream<Item = {item}>`"));
            return None;
        }
        if let Some(item) = shape::stream_item(ty) {
            return argument(item, errors).map(|_| Role::Upload(item.clone()));
        }
    }
    argument(ty, errors)
}

/// A value from the wire.
pub(super) fn argument(ty: &Type, errors: &mut Errors) -> Option<Role> {
    if let Some(borrow) = borrow_in(ty) {
        borrow.report(errors, "wire arguments");
        return None;
    }
    if let Some(item) = shape::stream_item(ty) {
        let item = shape::show(item);
        errors.at(
            ty,
            format!("uploads arrive as `UploadStream`; write `UploadStream<{item}>`"),
        );
        return None;
    }
    if matches!(shape::peel(ty), Type::ImplTrait(_)) {
        errors.at(
            ty,
            "wire arguments have one type; name it instead of `impl`",
        );
        return None;
    }
    Some(Role::Argument(ty.clone()))
}

fn is_exclusive_context(ty: &Type) -> bool {
    matches!(shape::peel(ty), Type::Reference(reference) if shape::is_named(&reference.elem, "CallerContext"))
}

/// `Option<&ConnectionError>`
fn is_cause(ty: &Type) -> bool {
    shape::only_argument(ty, "Option").is_some_and(
        |inner| matches!(inner, Type::Reference(reference) if shape::is_named(&reference.elem, "ConnectionError")),
    )
}
