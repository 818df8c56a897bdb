//! Reads items as far as their signatures. A body stays one opaque token, so that a fault in it is the compiler's to
//! report and costs neither the macro's output nor the editor's help.

mod function;
mod impl_block;
mod member;
mod trait_block;

pub(crate) use function::{Body, Function};
pub(crate) use impl_block::ImplBlock;
pub(crate) use member::{Member, MemberKind};
pub(crate) use trait_block::TraitBlock;
