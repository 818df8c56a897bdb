//! The hubs that have all methods of *Conformance*, each with connections, groups and users of its own.

/// Tells one hub from another. A hub is a type; so one set of methods, seven types.
pub(super) trait Kind: Send + Sync + 'static {}

macro_rules! kinds {
    ($($name:ident: $text:literal,)*) => {$(
        #[doc = $text]
        #[derive(Debug)]
        pub(super) struct $name;

        impl Kind for $name {}
    )*};
}

kinds! {
    Plain: "All defaults.",
    Detailed: "Detailed errors.",
    Tight: "Short intervals.",
    Small: "Small messages.",
    Parallel: "Three calls at a time.",
    JsonOnly: "No protocol but JSON.",
    Filtered: "Two filters.",
}
