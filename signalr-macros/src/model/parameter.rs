use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitStr, Pat, Type};

/// A parameter of a method, without the receiver.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// Nothing for `_`.
    pub(crate) ident: Option<Ident>,
    /// As written, to point at.
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    pub(crate) role: Role,
}

impl Parameter {
    pub(crate) fn name(&self) -> String {
        self.ident
            .as_ref()
            .map_or_else(|| "_".to_owned(), Ident::to_string)
    }

    /// The pattern and the type.
    pub(crate) fn written(&self) -> TokenStream {
        let (pat, ty) = (&self.pat, &self.ty);
        quote!(#pat: #ty)
    }
}

/// What a parameter is for.
#[derive(Debug)]
pub(crate) enum Role {
    /// `&CallerContext<Self>`
    Context,
    /// A value from the wire.
    Argument(Type),
    /// `UploadStream<T>` in a hub, `impl Stream<Item = T>` in its contract: the `T`.
    Upload(Type),
    Service(Service),
    /// `CancellationToken`
    Token,
    /// `Option<&ConnectionError>`
    Cause,
}

#[derive(Debug)]
pub(crate) struct Service {
    /// The `T` of `Arc<T>`.
    pub(crate) ty: Type,
    pub(crate) key: Option<LitStr>,
}
