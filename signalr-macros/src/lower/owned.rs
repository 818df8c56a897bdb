//! What crosses the wire is owned: both ends hold values, and no lifetime reaches from one to the other.

use syn::{GenericArgument, Lifetime, PathArguments, Type, TypeReference};

use super::shape;

/// Something borrowed inside a type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Borrow<'t> {
    Reference(&'t TypeReference),
    Lifetime(&'t Lifetime),
}

/// The first reference or named lifetime in the type.
pub(super) fn borrow_in(ty: &Type) -> Option<Borrow<'_>> {
    match shape::peel(ty) {
        Type::Reference(reference) => Some(Borrow::Reference(reference)),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(borrow_in),
        Type::Array(array) => borrow_in(&array.elem),
        Type::Slice(slice) => borrow_in(&slice.elem),
        Type::Path(path) => {
            path.path
                .segments
                .iter()
                .find_map(|segment| match &segment.arguments {
                    PathArguments::AngleBracketed(arguments) => {
                        arguments.args.iter().find_map(borrow_in_argument)
                    }
                    _ => None,
                })
        }
        _ => None,
    }
}

/// As [`borrow_in`], for what is only sent: there `'static` data is as good as owned.
pub(super) fn borrow_in_result(ty: &Type) -> Option<Borrow<'_>> {
    borrow_in(ty).filter(|borrow| match borrow {
        Borrow::Reference(reference) => reference
            .lifetime
            .as_ref()
            .is_none_or(|lifetime| lifetime.ident != "static"),
        Borrow::Lifetime(_) => true,
    })
}

fn borrow_in_argument(argument: &GenericArgument) -> Option<Borrow<'_>> {
    match argument {
        GenericArgument::Type(ty) => borrow_in(ty),
        GenericArgument::AssocType(binding) => borrow_in(&binding.ty),
        GenericArgument::Lifetime(lifetime) if lifetime.ident != "static" => {
            Some(Borrow::Lifetime(lifetime))
        }
        _ => None,
    }
}

impl Borrow<'_> {
    /// Completes `wire arguments are owned; ...`.
    pub(super) fn remedy(self) -> String {
        match self {
            Self::Reference(reference) => {
                format!(
                    "use `{}` instead of `{}`",
                    owned(&reference.elem),
                    shape::show(reference)
                )
            }
            Self::Lifetime(lifetime) => format!("remove the lifetime `{lifetime}`"),
        }
    }

    pub(super) fn report(self, errors: &mut crate::errors::Errors, what: &str) {
        let message = format!("{what} are owned; {}", self.remedy());
        match self {
            Self::Reference(reference) => errors.at(reference, message),
            Self::Lifetime(lifetime) => errors.at(lifetime, message),
        }
    }
}

fn owned(borrowed: &Type) -> String {
    match shape::peel(borrowed) {
        Type::Slice(slice) => format!("Vec<{}>", shape::show(&slice.elem)),
        ty if shape::is_named(ty, "str") => "String".to_owned(),
        ty if shape::is_named(ty, "Path") => "PathBuf".to_owned(),
        ty => shape::show(ty),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn remedy(ty: Type) -> Option<String> {
        borrow_in(&ty).map(Borrow::remedy)
    }

    #[test]
    fn the_remedy_names_the_owned_type() {
        assert_eq!(
            remedy(parse_quote!(&str)).as_deref(),
            Some("use `String` instead of `&str`")
        );
        assert_eq!(
            remedy(parse_quote!(Option<&[u8]>)).as_deref(),
            Some("use `Vec<u8>` instead of `&[u8]`")
        );
        assert_eq!(
            remedy(parse_quote!(Cow<'a, str>)).as_deref(),
            Some("remove the lifetime `'a`")
        );
        assert_eq!(remedy(parse_quote!(Vec<(String, u8)>)), None);
    }

    #[test]
    fn static_results_are_no_borrow() {
        assert!(borrow_in_result(&parse_quote!(&'static str)).is_none());
        assert!(borrow_in_result(&parse_quote!(Option<&str>)).is_some());
    }
}
