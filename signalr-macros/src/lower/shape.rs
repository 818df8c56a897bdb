//! Questions about the syntax of a type. A macro sees no meaning: names are told by their last segment.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeImplTrait, TypeParamBound};

/// The type without invisible groups and parentheses.
pub(super) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether the type's last segment is `name`.
pub(super) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The types in the angle brackets of a path's last segment, bindings such as `Item = T` included.
fn arguments_of(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            GenericArgument::AssocType(binding) => Some(&binding.ty),
            _ => None,
        })
}

/// The `T` of `Name<T>`.
pub(super) fn only_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == name)?;
    let mut arguments = arguments_of(segment);
    arguments.next().filter(|_| arguments.next().is_none())
}

/// The `T` of a `Result<T, ..>`.
pub(super) fn result_value(ty: &Type) -> Option<&Type> {
    last_segment(ty)
        .filter(|segment| segment.ident == "Result")
        .and_then(|segment| arguments_of(segment).next())
}

/// The `E` of a `Result<T, E>`.
pub(super) fn result_error(ty: &Type) -> Option<&Type> {
    last_segment(ty)
        .filter(|segment| segment.ident == "Result")
        .and_then(|segment| arguments_of(segment).nth(1))
}

pub(super) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The bound with this name among those of an `impl Trait`.
fn bound<'t>(ty: &'t TypeImplTrait, name: &str) -> Option<&'t PathSegment> {
    ty.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .filter(|segment| segment.ident == name),
        _ => None,
    })
}

/// Whether it is `impl Name`, whatever its parameters.
pub(super) fn is_impl(ty: &Type, name: &str) -> bool {
    matches!(peel(ty), Type::ImplTrait(ty) if bound(ty, name).is_some())
}

/// The `T` of an `impl Stream<Item = T>`.
pub(super) fn stream_item(ty: &Type) -> Option<&Type> {
    match peel(ty) {
        Type::ImplTrait(ty) => bound(ty, "Stream").and_then(|segment| arguments_of(segment).next()),
        _ => None,
    }
}

/// The outermost `Result<T, ..>` that is named as the item of a stream type such as
/// `Pin<Box<dyn Stream<Item = Result<T, E>>>>`.
pub(super) fn fallible_item(ty: &Type) -> Option<&Type> {
    let find = |segment| {
        arguments_of(segment).find_map(|ty| {
            if is_named(ty, "Result") {
                Some(ty)
            } else {
                fallible_item(ty)
            }
        })
    };
    match peel(ty) {
        Type::Path(path) => path.path.segments.last().and_then(find),
        Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().and_then(find),
            _ => None,
        }),
        _ => None,
    }
}

/// The type as a user would write it.
pub(super) fn show(ty: &impl ToTokens) -> String {
    let spaced = ty.to_token_stream().to_string();
    [
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" :: ", "::"),
        (":: ", "::"),
        (" ,", ","),
        ("[ ", "["),
        (" ]", "]"),
    ]
    .into_iter()
    .fold(spaced, |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn names_are_told_by_their_last_segment() {
        assert!(is_named(
            &parse_quote!(signalr::CallerContext<Self>),
            "CallerContext"
        ));
        assert!(is_named(&parse_quote!((Arc<u8>)), "Arc"));
        assert!(!is_named(&parse_quote!([u8]), "u8"));
    }

    #[test]
    fn the_item_of_a_stream_is_found() {
        let shown = |ty: Type| stream_item(&ty).map(show);
        assert_eq!(
            shown(parse_quote!(impl Stream<Item = u32> + Send)).as_deref(),
            Some("u32")
        );
        assert_eq!(
            shown(parse_quote!(impl futures::Stream<Item = Vec<u8>>)).as_deref(),
            Some("Vec<u8>")
        );
        assert_eq!(shown(parse_quote!(impl Future<Output = u32>)), None);
    }

    #[test]
    fn a_fallible_item_is_found_in_a_named_stream() {
        let shown = |ty: Type| fallible_item(&ty).map(show);
        assert_eq!(
            shown(parse_quote!(BoxStream<'static, Result<u32, E>>)).as_deref(),
            Some("Result<u32, E>")
        );
        assert_eq!(
            shown(parse_quote!(
                Pin<Box<dyn Stream<Item = io::Result<u8>> + Send>>
            ))
            .as_deref(),
            Some("io::Result<u8>")
        );
        assert_eq!(shown(parse_quote!(ReceiverStream<u32>)), None);
    }
}
