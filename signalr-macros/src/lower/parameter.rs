use syn::{Ident, Pat, PatType};

use super::{marks, role, shape};
use crate::attr::own::Own;
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::{Parameter, Role, Service};

/// Whose parameters are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub(super) place: Place,
    /// `inject = explicit`: an `Arc<T>` is a service only with `#[inject]`.
    pub(super) explicit: bool,
}

impl Scope {
    pub(super) fn interface(place: Place) -> Self {
        Self {
            place,
            explicit: true,
        }
    }

    fn is_interface(self) -> bool {
        matches!(self.place, Place::ClientMethod | Place::ContractMethod)
    }
}

pub(super) fn lower(parameter: &PatType, scope: Scope, errors: &mut Errors) -> Option<Parameter> {
    if let Some(cfg) = marks::cfg(&parameter.attrs).first() {
        errors.at(
            cfg,
            "a parameter cannot come and go; put `#[cfg]` on the method",
        );
    }
    let role = role_of(parameter, scope, errors);
    let ident = plain_name(parameter, role.as_ref(), scope, errors);
    Some(Parameter {
        ident: ident?,
        pat: (*parameter.pat).clone(),
        ty: (*parameter.ty).clone(),
        role: role?,
    })
}

fn plain_name(
    parameter: &PatType,
    role: Option<&Role>,
    scope: Scope,
    errors: &mut Errors,
) -> Option<Option<Ident>> {
    let on_wire = matches!(role, Some(Role::Argument(_) | Role::Upload(_)));
    match &*parameter.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            Some(Some(pat.ident.clone()))
        }
        Pat::Wild(_) if !on_wire && !scope.is_interface() => Some(None),
        pattern => {
            errors.at(
                pattern,
                "hub method parameters need a plain name; it becomes part of the client",
            );
            None
        }
    }
}

fn role_of(parameter: &PatType, scope: Scope, errors: &mut Errors) -> Option<Role> {
    let ty = &*parameter.ty;
    if scope.is_interface() {
        let remedy = "belongs on a parameter in a `#[hub]` impl, not in an interface";
        marks::refuse(&parameter.attrs, &[Own::Inject, Own::Arg], remedy, errors);
        return role::of_interface(ty, scope.place, errors);
    }
    let inject = marks::single(&parameter.attrs, Own::Inject, errors);
    let arg = marks::single(&parameter.attrs, Own::Arg, errors);
    if let (Some(_), Some(arg)) = (inject, arg) {
        errors.at(
            arg,
            "a parameter is either `#[inject]` or `#[arg]`; remove one",
        );
        return None;
    }
    if let Some(arg) = arg {
        let _ = Arguments::of(arg, Place::Arg, errors);
        return role::argument(ty, errors);
    }
    if let Some(inject) = inject {
        let key = Arguments::of(inject, Place::Inject, errors)
            .text("key")
            .cloned();
        return match shape::only_argument(ty, "Arc") {
            Some(service) => Some(Role::Service(Service {
                ty: service.clone(),
                key,
            })),
            None => {
                errors.at(ty, "injected parameters have the form `Arc<T>`");
                None
            }
        };
    }
    role::of_hub(ty, scope, errors)
}

/// What a lifecycle method may take, said about a parameter that it may not.
pub(super) fn not_in_a_hook(parameter: &Parameter, what: &str) -> Option<String> {
    let takes = "it takes the caller context and services";
    match &parameter.role {
        Role::Argument(ty) if shape::is_named(ty, "Arc") => {
            Some("with `inject = explicit`, a service is marked `#[inject]`".to_owned())
        }
        Role::Argument(_) | Role::Upload(_) => {
            Some(format!("`{what}` has no wire arguments; {takes}"))
        }
        Role::Token => Some(format!("`{what}` has no call to cancel; {takes}")),
        Role::Cause if what != "#[on_disconnected]" => {
            Some("the cause belongs to `#[on_disconnected]`".to_owned())
        }
        Role::Cause | Role::Context | Role::Service(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::{FnArg, Signature};

    use super::*;

    fn lowered(parameter: proc_macro2::TokenStream, explicit: bool) -> Result<Role, Vec<String>> {
        let signature: Signature =
            syn::parse2(quote!(fn f(&self, #parameter))).expect("a signature");
        let Some(FnArg::Typed(typed)) = signature.inputs.last().cloned() else {
            panic!("no parameter")
        };
        let mut errors = Errors::default();
        let lowered = lower(
            &typed,
            Scope {
                place: Place::HubMethod,
                explicit,
            },
            &mut errors,
        );
        lowered
            .map(|parameter| parameter.role)
            .ok_or_else(|| errors.texts())
    }

    #[test]
    fn a_parameter_is_told_by_its_type() {
        assert!(matches!(
            lowered(quote!(cx: &CallerContext<Self>), false),
            Ok(Role::Context)
        ));
        assert!(matches!(
            lowered(quote!(a: std::sync::Arc<dyn Sink>), false),
            Ok(Role::Service(_))
        ));
        assert!(matches!(
            lowered(quote!(a: Arc<str>), true),
            Ok(Role::Argument(_))
        ));
        assert!(matches!(
            lowered(quote!(#[arg] a: Arc<str>), false),
            Ok(Role::Argument(_))
        ));
        assert!(matches!(
            lowered(quote!(stop: CancellationToken), false),
            Ok(Role::Token)
        ));
        assert!(matches!(
            lowered(quote!(a: UploadStream<f64>), false),
            Ok(Role::Upload(_))
        ));
    }

    #[test]
    fn a_service_may_have_a_key() {
        let role = lowered(quote!(#[inject(key = "metrics")] a: Arc<Sink>), true);
        assert!(
            matches!(role, Ok(Role::Service(Service { key: Some(key), .. })) if key.value() == "metrics")
        );
    }

    #[test]
    fn a_stream_parameter_is_named_as_it_arrives() {
        let refused = lowered(quote!(a: impl Stream<Item = f64>), false);
        assert_eq!(
            refused.err(),
            Some(vec![
                "uploads arrive as `UploadStream`; write `UploadStream<f64>`".to_owned()
            ])
        );
    }
}
