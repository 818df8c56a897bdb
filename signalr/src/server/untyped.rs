use serde::de::DeserializeOwned;

use crate::contract::{ClientAnswer, ClientSend, SingleTarget, Target};
use crate::protocol::Argument;

/// Calls client methods by name, for hubs without a client interface.
#[derive(Debug, Clone)]
pub struct UntypedProxy<T> {
    target: T,
}

impl<T: Target> UntypedProxy<T> {
    pub(super) fn new(target: T) -> Self {
        Self { target }
    }

    /// Calls a client method with a tuple of arguments: `send("Receive", (user, text))`.
    pub fn send(&self, method: &str, arguments: impl Arguments) -> ClientSend {
        arguments.with(|arguments| self.target.send(method, arguments))
    }

    /// Calls a client method and waits for the value it returns:
    /// `invoke::<bool>("Confirm", (question,))`.
    pub fn invoke<R>(&self, method: &str, arguments: impl Arguments) -> ClientAnswer<R>
    where
        T: SingleTarget,
        R: DeserializeOwned + Send + 'static,
    {
        arguments.with(|arguments| self.target.invoke(method, arguments))
    }
}

/// The arguments of a call by name: a tuple of up to twelve values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of arguments",
    note = "write `(value,)` for one argument and `()` for none; each implements `serde::Serialize`"
)]
pub trait Arguments {
    /// Lends the values one by one.
    fn with<R>(&self, use_them: impl FnOnce(&[&dyn Argument]) -> R) -> R;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: serde::Serialize),*> Arguments for ($($name,)*) {
            fn with<R>(&self, use_them: impl FnOnce(&[&dyn Argument]) -> R) -> R {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                use_them(&[$($name),*])
            }
        }
    };
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
