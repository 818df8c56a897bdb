use quote::ToTokens;
use syn::{Attribute, Visibility};

use super::parameter::{self, Scope};
use super::{authorize, marks, outcome, signature};
use crate::attr::own::Own;
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::{Method, WireName};
use crate::parse::Function;

/// Lowers a method, if it is exported.
pub(super) fn lower(
    attributes: &[Attribute],
    function: &Function,
    explicit: bool,
    errors: &mut Errors,
) -> Option<Method> {
    let keys = marks::method_keys(attributes, Place::HubMethod, errors);
    let is_pub =
        matches!(function.vis, Visibility::Public(_)) && function.signature.receiver().is_some();
    let skipped = keys.as_ref().is_some_and(|keys| skips(keys, errors));
    if skipped || (keys.is_none() && !is_pub) {
        refuse_parameter_marks(function, errors);
        marks::refuse(
            attributes,
            &[Own::Authorize],
            "belongs on a method that clients can call",
            errors,
        );
        return None;
    }
    lower_exported(
        attributes,
        function,
        &keys.unwrap_or_default(),
        explicit,
        errors,
    )
}

fn skips(keys: &Arguments, errors: &mut Errors) -> bool {
    let Some(skip) = keys.get("skip") else {
        return false;
    };
    for other in ["name", "extra", "stream"]
        .iter()
        .filter_map(|other| keys.get(other))
    {
        let (skip, other) = (&skip.key, &other.key);
        errors.at(
            other,
            format!("`{skip}` hides the method from clients; remove `{other}`"),
        );
    }
    true
}

fn lower_exported(
    attributes: &[Attribute],
    function: &Function,
    keys: &Arguments,
    explicit: bool,
    errors: &mut Errors,
) -> Option<Method> {
    let syntax = &function.signature;
    let callable = signature::require_callable(syntax, "hub methods", errors);
    let scope = Scope {
        place: Place::HubMethod,
        explicit,
    };
    let given = signature::parameters(syntax).count();
    let parameters: Vec<_> = signature::parameters(syntax)
        .filter_map(|parameter| parameter::lower(parameter, scope, errors))
        .collect();
    let authorize = authorize::of_method(attributes, errors);
    let stream = keys.get("stream").map(|given| &given.key);
    let outcome = outcome::of_hub_method(&syntax.output, stream, errors)?;
    let end = syntax
        .to_token_stream()
        .into_iter()
        .last()
        .map_or_else(|| syntax.ident.span(), |last| last.span());
    (callable && parameters.len() == given).then(|| Method {
        cfg: marks::cfg(attributes),
        ident: syntax.ident.clone(),
        end,
        wire_name: keys
            .text("name")
            .map_or_else(|| WireName::derived(&syntax.ident), WireName::given),
        extra: keys.get("extra").map(|given| given.key.clone()),
        is_async: syntax.asyncness.is_some(),
        authorize,
        parameters,
        outcome,
    })
}

/// `#[inject]` and `#[arg]` on a function that is not called by the library.
fn refuse_parameter_marks(function: &Function, errors: &mut Errors) {
    for parameter in signature::parameters(&function.signature) {
        marks::refuse(
            &parameter.attrs,
            &[Own::Inject, Own::Arg],
            "belongs on a parameter of a hub method",
            errors,
        );
    }
}
