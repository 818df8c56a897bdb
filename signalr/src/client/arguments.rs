use serde::Serialize;

use crate::contract::Upload;
use crate::protocol::Argument;

/// One argument of a call by name: a value, or an [`Upload`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument of a hub method",
    label = "neither a value that can be sent nor an upload stream",
    note = "a value implements `serde::Serialize`; a stream is written `Upload::new(stream)`"
)]
pub trait CallArgument {
    /// The value, unless it is an upload.
    fn value(&self) -> Option<&dyn Argument>;

    /// Takes the stream out, if it is an upload.
    fn take_upload(&mut self) -> Option<Upload>;
}

impl<T: Serialize> CallArgument for T {
    fn value(&self) -> Option<&dyn Argument> {
        Some(self)
    }

    fn take_upload(&mut self) -> Option<Upload> {
        None
    }
}

impl CallArgument for Upload {
    fn value(&self) -> Option<&dyn Argument> {
        None
    }

    fn take_upload(&mut self) -> Option<Upload> {
        let empty = Self::new(futures_util::stream::empty::<()>());
        Some(std::mem::replace(self, empty))
    }
}

/// The arguments of a call by name: a tuple of up to twelve, each a value or an [`Upload`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of arguments",
    note = "write `(value,)` for one argument and `()` for none"
)]
pub trait CallArguments {
    /// Lends the values and gives the uploads, each in their order.
    fn with<R>(self, use_them: impl FnOnce(&[&dyn Argument], Vec<Upload>) -> R) -> R;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: CallArgument),*> CallArguments for ($($name,)*) {
            #[allow(non_snake_case)]
            fn with<R>(self, use_them: impl FnOnce(&[&dyn Argument], Vec<Upload>) -> R) -> R {
                let ($(mut $name,)*) = self;
                let uploads = present([$($name.take_upload()),*]);
                let values = present([$($name.value()),*]);
                use_them(&values, uploads)
            }
        }
    };
}

fn present<T, const N: usize>(all: [Option<T>; N]) -> Vec<T> {
    all.into_iter().flatten().collect()
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);
arguments!(A B C D E F G H I);
arguments!(A B C D E F G H I J);
arguments!(A B C D E F G H I J K);
arguments!(A B C D E F G H I J K L);
