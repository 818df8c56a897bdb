use syn::{Ident, ReturnType, Type, parse_quote};

use super::owned::borrow_in_result;
use super::shape;
use crate::errors::Errors;
use crate::model::{Answer, ContractOutcome, Fallible, Items, Outcome};

/// The written type, or `()`.
pub(super) fn returned(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// What a hub method returns. `marked` is the key `stream`, for stream types that do not look like one.
pub(super) fn of_hub_method(
    output: &ReturnType,
    marked: Option<&Ident>,
    errors: &mut Errors,
) -> Option<Outcome> {
    let ty = returned(output);
    let is_stream = |ty: &Type| marked.is_some() || shape::is_impl(ty, "Stream");
    if shape::is_named(&ty, "Result") {
        let fallible = fallible(&ty);
        if is_stream(&fallible.value) {
            return items(&fallible.value, errors)
                .map(|items| Outcome::StreamResult(fallible, items));
        }
        return value(&fallible.value, errors).map(|_| Outcome::Result(fallible));
    }
    if !is_stream(&ty) {
        return value(&ty, errors).map(Outcome::Value);
    }
    if let Some(marked) = marked.filter(|_| shape::is_unit(&ty)) {
        errors.at(
            marked,
            "`stream` marks a method that returns a stream; this one returns nothing",
        );
        return None;
    }
    items(&ty, errors).map(Outcome::Stream)
}

fn items(ty: &Type, errors: &mut Errors) -> Option<Items> {
    if let Some(item) = shape::stream_item(ty) {
        if shape::is_named(item, "Result") {
            let fallible = fallible(item);
            return value(&fallible.value, errors).map(|_| Items::Fallible(fallible));
        }
        return value(item, errors).map(Items::Plain);
    }
    if shape::is_impl(ty, "Stream") {
        errors.at(
            ty,
            "a stream must name its items; write `impl Stream<Item = T>`",
        );
        return None;
    }
    let named = shape::fallible_item(ty).map(|item| Items::Fallible(fallible(item)));
    Some(named.unwrap_or_else(|| Items::Of(ty.clone())))
}

/// The parts of a `Result`. A bare `Result` is an alias for one without a value, as `fmt::Result` is.
pub(super) fn fallible(result: &Type) -> Fallible {
    Fallible {
        value: Box::new(
            shape::result_value(result)
                .cloned()
                .unwrap_or_else(|| parse_quote!(())),
        ),
        error: Box::new(shape::result_error(result).unwrap_or(result).clone()),
    }
}

/// What a method of a client interface answers.
pub(super) fn of_client_method(output: &ReturnType, errors: &mut Errors) -> Option<Answer> {
    let ty = returned(output);
    if shape::is_impl(&ty, "Stream") {
        errors.at(
            &ty,
            "a client method cannot return a stream; let the client upload one to a hub method",
        );
        return None;
    }
    if shape::is_unit(&ty) {
        return Some(Answer::None);
    }
    if shape::is_named(&ty, "Result") {
        let Some(value) = shape::result_value(&ty) else {
            errors.at(
                &ty,
                "the value's type is not visible here; write `Result<T, E>` out",
            );
            return None;
        };
        return self::value(value, errors).map(Answer::Result);
    }
    value(&ty, errors).map(Answer::Value)
}

/// What a method of a hub interface returns.
pub(super) fn of_contract_method(
    output: &ReturnType,
    errors: &mut Errors,
) -> Option<ContractOutcome> {
    let ty = returned(output);
    if let Some(value) = shape::result_value(&ty) {
        let shown = shape::show(value);
        errors.at(&ty, format!("a contract names only the value; write `{shown}`: every call can fail with `InvokeError`"));
        return None;
    }
    if !shape::is_impl(&ty, "Stream") {
        return value(&ty, errors).map(ContractOutcome::Value);
    }
    let Some(item) = shape::stream_item(&ty) else {
        errors.at(
            &ty,
            "a stream must name its items; write `impl Stream<Item = T>`",
        );
        return None;
    };
    if let Some(value) = shape::result_value(item) {
        let shown = shape::show(value);
        errors.at(item, format!("a contract names only the items; write `Item = {shown}`: every stream can fail with `InvokeError`"));
        return None;
    }
    value(item, errors).map(ContractOutcome::Stream)
}

fn value(ty: &Type, errors: &mut Errors) -> Option<Type> {
    if shape::is_impl(ty, "Future") {
        errors.at(
            ty,
            "a method that waits is an `async fn`; return the value instead of a future",
        );
        return None;
    }
    if matches!(shape::peel(ty), Type::ImplTrait(_)) {
        errors.at(ty, "results have one type; name it instead of `impl`");
        return None;
    }
    if let Some(borrow) = borrow_in_result(ty) {
        borrow.report(errors, "results");
        return None;
    }
    Some(ty.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(output: ReturnType) -> Option<Outcome> {
        of_hub_method(&output, None, &mut Errors::default())
    }

    #[test]
    fn every_class_of_result_is_told_apart() {
        assert!(matches!(
            outcome(ReturnType::Default),
            Some(Outcome::Value(_))
        ));
        assert!(matches!(
            outcome(parse_quote!(-> io::Result<u8>)),
            Some(Outcome::Result(_))
        ));
        assert!(matches!(
            outcome(parse_quote!(-> impl Stream<Item = u8>)),
            Some(Outcome::Stream(Items::Plain(_)))
        ));
        assert!(matches!(
            outcome(parse_quote!(-> impl Stream<Item = Result<u8, E>>)),
            Some(Outcome::Stream(Items::Fallible(_)))
        ));
        assert!(matches!(
            outcome(parse_quote!(-> Result<impl Stream<Item = u8>, E>)),
            Some(Outcome::StreamResult(_, Items::Plain(_)))
        ));
    }

    #[test]
    fn a_borrowed_result_is_refused() {
        let mut errors = Errors::default();
        assert!(of_hub_method(&parse_quote!(-> &str), None, &mut errors).is_none());
        assert_eq!(
            errors.texts(),
            ["results are owned; use `String` instead of `&str`"]
        );
    }
}
