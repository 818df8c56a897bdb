//! What the two ends of a hub agree on: typed methods, targets, and the traits through which the
//! macros' output meets a server or a client. Nothing here needs a runtime.

mod caller;
mod interface;
mod receiver;
mod target;

pub use caller::{Caller, Reply, ReplyStream, StartedStream, Upload, UploadItem};
pub use interface::{ClientInterface, HubInterface, MethodSignature, StreamOf, UploadOf};
pub use receiver::{Answer, AnswerFuture, Received, Receiver};
pub use target::{ClientAnswer, ClientSend, SingleTarget, Target};
