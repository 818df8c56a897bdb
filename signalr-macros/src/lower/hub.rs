use syn::ext::IdentExt;
use syn::{GenericParam, Type};

use super::{authorize, crate_path, hook, marks, method, shape};
use crate::attr::own::{self, Own};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::Hub;
use crate::parse::{ImplBlock, Member, MemberKind};

/// Lowers a `#[hub]` impl; nothing if no hub can be made of it.
pub(crate) fn hub(arguments: &Arguments, block: &ImplBlock, errors: &mut Errors) -> Option<Hub> {
    let remedy = "belongs on a method; for the whole hub write `#[hub(authorize(..))]`";
    marks::refuse(&block.attrs, &[Own::Authorize], remedy, errors);
    let krate = crate_path::crate_path(arguments, errors);
    let name = type_name(block, errors);
    let is_static = require_static(block, errors);
    let mut hub = Hub {
        krate,
        cfg: marks::cfg(&block.attrs),
        generics: block.generics.clone(),
        self_type: block.self_type.clone(),
        name: name.clone().unwrap_or_default(),
        client: arguments.path("client").cloned(),
        contract: arguments.path("implements").cloned(),
        authorize: authorize::of_hub(arguments, errors),
        methods: Vec::new(),
        connected: Vec::new(),
        authentication_refreshed: Vec::new(),
        disconnected: Vec::new(),
    };
    if let Some((path, _)) = &block.of_trait {
        let (interface, name) = (shape::show(path), shape::show(&block.self_type));
        errors.at(path, format!("`#[hub]` expects an inherent impl; write `#[hub(implements = {interface})] impl {name}`"));
        return None;
    }
    let explicit = arguments.has("inject");
    for member in &block.members {
        lower_member(member, explicit, &mut hub, errors);
    }
    (is_static && name.is_some()).then_some(hub)
}

fn lower_member(member: &Member, explicit: bool, hub: &mut Hub, errors: &mut Errors) {
    let attributes = &member.attrs;
    marks::refuse_conditional(attributes, errors);
    let function = match &member.kind {
        MemberKind::Function(function) => function,
        MemberKind::Other(_) => {
            let ours = [
                Own::HubMethod,
                Own::OnConnected,
                Own::OnAuthenticationRefreshed,
                Own::OnDisconnected,
                Own::Authorize,
            ];
            marks::refuse(attributes, &ours, "belongs on a method", errors);
            return;
        }
        MemberKind::Broken(_) => return,
    };
    marks::refuse(
        attributes,
        &[Own::Inject, Own::Arg],
        "belongs on a parameter",
        errors,
    );
    let marks = [
        (Own::OnConnected, Place::OnConnected),
        (
            Own::OnAuthenticationRefreshed,
            Place::OnAuthenticationRefreshed,
        ),
        (Own::OnDisconnected, Place::OnDisconnected),
    ];
    let mark = marks
        .into_iter()
        .find_map(|(own, place)| Some((own::all(attributes, own).next()?, place)));
    match mark {
        Some((mark, place)) => {
            let remedy = "belongs on a method that clients call; the hub's own `authorize(..)` guards its connections";
            marks::refuse(attributes, &[Own::Authorize], remedy, errors);
            let hook = hook::lower(mark, place, attributes, function, explicit, errors);
            let hooks = match place {
                Place::OnConnected => &mut hub.connected,
                Place::OnAuthenticationRefreshed => &mut hub.authentication_refreshed,
                _ => &mut hub.disconnected,
            };
            hooks.extend(hook);
        }
        None => hub
            .methods
            .extend(method::lower(attributes, function, explicit, errors)),
    }
}

/// The name under which the hub appears in logs and errors.
fn type_name(block: &ImplBlock, errors: &mut Errors) -> Option<String> {
    let name = match shape::peel(&block.self_type) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.unraw().to_string()),
        _ => None,
    };
    if name.is_none() {
        errors.at(
            &block.self_type,
            "a hub is a named type; write `impl ChatHub`",
        );
    }
    name
}

fn require_static(block: &ImplBlock, errors: &mut Errors) -> bool {
    let mut is_static = true;
    for param in &block.generics.params {
        if let GenericParam::Lifetime(param) = param {
            is_static = false;
            let lifetime = &param.lifetime;
            errors.at(
                lifetime,
                format!("a hub must be `'static`; remove the lifetime `{lifetime}`"),
            );
        }
    }
    is_static
}
