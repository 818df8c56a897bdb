use super::Argument;

/// A call to be written.
#[derive(Clone, Copy, Default, Debug)]
pub struct OutgoingInvocation<'a> {
    /// Names and values for the callee's infrastructure.
    pub headers: &'a [(&'a str, &'a str)],
    /// What the answer has to name; none if no answer is wanted.
    pub invocation_id: Option<&'a str>,
    /// The method's name.
    pub target: &'a str,
    /// The arguments, without the streams among them.
    pub arguments: &'a [&'a dyn Argument],
    /// The ids under which the items of the stream arguments will follow, in parameter order.
    pub stream_ids: &'a [&'a str],
    /// Whether a stream is awaited (type 4) and not a single result. Then `invocation_id` is
    /// required.
    pub streaming: bool,
}

/// How a call or stream ended, to be written.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// It failed, with this text.
    Error(&'a str),
    /// It ended without a result: a stream.
    Void,
    /// It returned this. A method without a value returns `()`, which is written as null.
    Result(&'a dyn Argument),
}
