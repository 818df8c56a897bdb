use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// An [`Arc`] that is `Send` by its own type, so that the compiler need not look at every field of
/// every field of `T`.
///
/// It does so for the future of each hub method, several times over: that was a seventh of what a
/// debug build of a hub costs. Reaching `T` costs a virtual call.
pub(crate) struct Shared<T>(Arc<dyn Holds<T>>);

trait Holds<T>: Send + Sync {
    fn held(&self) -> &T;
    fn arc(self: Arc<Self>) -> Arc<T>;
}

impl<T: Send + Sync> Holds<T> for T {
    fn held(&self) -> &T {
        self
    }

    fn arc(self: Arc<Self>) -> Arc<T> {
        self
    }
}

impl<T> Shared<T> {
    pub(crate) fn arc(&self) -> Arc<T> {
        Arc::clone(&self.0).arc()
    }
}

impl<T: Send + Sync + 'static> From<Arc<T>> for Shared<T> {
    fn from(arc: Arc<T>) -> Self {
        Self(arc)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        (*self.0).held()
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
