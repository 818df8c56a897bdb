use syn::LitStr;

/// What one `authorize` asks of a caller, who must be known in any case.
#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) role: Option<LitStr>,
    pub(crate) policy: Option<LitStr>,
}
