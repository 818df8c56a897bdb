use crate::__private::WireArgument;
use crate::protocol::{BindError, RawArguments};

/// A function of up to eight arguments that takes a call of the server.
///
/// `Arguments` is the tuple of its arguments' types; each implements `serde::Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a function of up to eight arguments",
    note = "write the types of the arguments: `|user: String, text: String| ..`",
    note = "a handler is `Send + Sync + 'static`: `move` what it uses into it"
)]
pub trait Handler<Arguments>: Send + Sync + 'static {
    /// What the function returns.
    type Output;

    /// Calls the function.
    fn call(&self, arguments: Arguments) -> Self::Output;
}

/// The arguments of a handler: a tuple of up to eight types.
pub trait HandlerArguments: Sized + Send + 'static {
    /// Reads them from a call.
    ///
    /// # Errors
    /// There are more or fewer, or one has another type.
    fn read(arguments: &RawArguments<'_>) -> Result<Self, BindError>;
}

macro_rules! handler {
    ($count:literal $($name:ident)*) => {
        impl<Function, Output, $($name),*> Handler<($($name,)*)> for Function
        where
            Function: Fn($($name),*) -> Output + Send + Sync + 'static,
        {
            type Output = Output;

            #[allow(non_snake_case)]
            fn call(&self, ($($name,)*): ($($name,)*)) -> Output {
                self($($name),*)
            }
        }

        impl<$($name: WireArgument),*> HandlerArguments for ($($name,)*) {
            fn read(arguments: &RawArguments<'_>) -> Result<Self, BindError> {
                #[allow(unused_mut)]
                let mut reader = arguments.reader($count);
                let values = ($(reader.next::<$name>()?,)*);
                reader.finish()?;
                Ok(values)
            }
        }
    };
}

handler!(0);
handler!(1 A);
handler!(2 A B);
handler!(3 A B C);
handler!(4 A B C D);
handler!(5 A B C D E);
handler!(6 A B C D E F);
handler!(7 A B C D E F G);
handler!(8 A B C D E F G H);
