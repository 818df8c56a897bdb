use super::names::{self, Named};
use super::roles;
use crate::errors::Errors;
use crate::model::{Hook, Hub, Method};

pub(crate) fn hub(hub: &Hub, errors: &mut Errors) {
    let contract = hub
        .contract
        .as_ref()
        .and_then(|path| path.segments.last())
        .map(|segment| segment.ident.to_string());
    for method in &hub.methods {
        belonging(method, contract.as_deref(), errors);
        roles::once(&method.parameters, errors);
    }
    for (_, hooks) in hub.hooks() {
        for hook in hooks {
            roles::once(&hook.parameters, errors);
        }
        at_most_one(hooks, errors);
    }
    let own_names: Vec<_> = hub.own_names().map(named).collect();
    names::distinct(&own_names, errors);

    let does_nothing =
        hub.methods.is_empty() && hub.hooks().iter().all(|(_, hooks)| hooks.is_empty());
    if does_nothing && errors.is_empty() {
        errors.at(
            &hub.self_type,
            "this impl has no hub methods; make one `pub` or mark it `#[hub_method]`",
        );
    }
}

/// A method is in the contract and named there, or outside of it and named here.
fn belonging(method: &Method, contract: Option<&str>, errors: &mut Errors) {
    match (contract, &method.extra) {
        (None, Some(extra)) => {
            errors.at(extra, "this hub has no contract to stand outside of; remove `extra`, or add `implements` to `#[hub]`");
        }
        (Some(contract), None) if method.wire_name.given => {
            let message = format!("the wire name comes from `{contract}`; rename it there");
            errors.at_span(method.wire_name.span, message);
        }
        _ => {}
    }
}

fn at_most_one(hooks: &[Hook], errors: &mut Errors) {
    let Some((first, others)) = hooks.split_first() else {
        return;
    };
    for other in others
        .iter()
        .filter(|other| first.cfg.is_empty() && other.cfg.is_empty())
    {
        let mark = other
            .mark
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        errors.at(
            &other.mark,
            format!(
                "`{}` is already `#[{mark}]`; one method does it all",
                first.ident
            ),
        );
    }
}

fn named(method: &Method) -> Named<'_> {
    Named {
        wire_name: &method.wire_name,
        ident: &method.ident,
        attributes: &method.cfg,
    }
}
