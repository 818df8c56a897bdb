use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::{ServiceError, ServiceScope};

/// The services of an application, by type and, where one type has several, by key.
///
/// * [`add`](Self::add): one value for all.
/// * [`add_scoped`](Self::add_scoped): one for each call of a hub method, shared by all that the
///   call touches and dropped at its end; for a stream, at the stream's end.
/// * [`add_transient`](Self::add_transient): a new one each time.
///
/// A later registration of the same type and key replaces an earlier one. A hub method takes a
/// service as a parameter of type `Arc<T>`; `T` may be a trait object.
#[derive(Clone, Default)]
#[must_use]
pub struct Services {
    entries: HashMap<ServiceKey, Entry>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct ServiceKey {
    type_id: TypeId,
    key: Option<Cow<'static, str>>,
}

impl ServiceKey {
    pub(super) fn of<T: ?Sized + 'static>(key: Option<&str>) -> Self {
        Self {
            type_id: TypeId::of::<T>(),
            key: key.map(|key| Cow::Owned(key.to_owned())),
        }
    }
}

/// Holds an `Arc<T>`.
pub(super) type AnyService = Box<dyn Any + Send + Sync>;
type Factory = Arc<dyn Fn(&ServiceScope) -> Result<AnyService, ServiceError> + Send + Sync>;

#[derive(Clone)]
pub(super) enum Entry {
    Single(Arc<dyn Any + Send + Sync>),
    Scoped(Factory),
    Transient(Factory),
}

/// A service that a hub method will ask for.
#[derive(Clone)]
pub(crate) struct ServiceNeed {
    key: ServiceKey,
    type_name: &'static str,
    /// Where it is asked for, and as what.
    pub(crate) method: &'static str,
    pub(crate) parameter: &'static str,
}

impl ServiceNeed {
    pub(crate) fn new<T: ?Sized + 'static>(
        key: Option<&'static str>,
        method: &'static str,
        parameter: &'static str,
    ) -> Self {
        Self {
            key: ServiceKey::of::<T>(key),
            type_name: type_name::<T>(),
            method,
            parameter,
        }
    }

    pub(crate) fn missing(&self) -> ServiceError {
        ServiceError::Missing {
            type_name: self.type_name,
            key: self.key.key.as_deref().map(str::to_owned),
        }
    }
}

impl Services {
    /// No services yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One value for all.
    #[expect(
        clippy::should_implement_trait,
        reason = "the name that .NET users look for"
    )]
    pub fn add<T: Send + Sync + 'static>(self, service: T) -> Self {
        self.add_arc(Arc::new(service))
    }

    /// One value for all, under a key.
    pub fn add_keyed<T: Send + Sync + 'static>(self, key: &str, service: T) -> Self {
        self.add_arc_keyed(key, Arc::new(service))
    }

    /// One value for all that is already shared; it may be a trait object.
    pub fn add_arc<T: ?Sized + Send + Sync + 'static>(mut self, service: Arc<T>) -> Self {
        self.insert(ServiceKey::of::<T>(None), Entry::Single(Arc::new(service)));
        self
    }

    /// One value for all that is already shared, under a key.
    pub fn add_arc_keyed<T: ?Sized + Send + Sync + 'static>(
        mut self,
        key: &str,
        service: Arc<T>,
    ) -> Self {
        self.insert(
            ServiceKey::of::<T>(Some(key)),
            Entry::Single(Arc::new(service)),
        );
        self
    }

    /// One value for each call.
    pub fn add_scoped<T, F>(mut self, make: F) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        F: Fn(&ServiceScope) -> Result<Arc<T>, ServiceError> + Send + Sync + 'static,
    {
        self.insert(ServiceKey::of::<T>(None), Entry::Scoped(erase(make)));
        self
    }

    /// One value for each call, under a key.
    pub fn add_scoped_keyed<T, F>(mut self, key: &str, make: F) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        F: Fn(&ServiceScope) -> Result<Arc<T>, ServiceError> + Send + Sync + 'static,
    {
        self.insert(ServiceKey::of::<T>(Some(key)), Entry::Scoped(erase(make)));
        self
    }

    /// A new value each time.
    pub fn add_transient<T, F>(mut self, make: F) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        F: Fn(&ServiceScope) -> Result<Arc<T>, ServiceError> + Send + Sync + 'static,
    {
        self.insert(ServiceKey::of::<T>(None), Entry::Transient(erase(make)));
        self
    }

    /// A new value each time, under a key.
    pub fn add_transient_keyed<T, F>(mut self, key: &str, make: F) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        F: Fn(&ServiceScope) -> Result<Arc<T>, ServiceError> + Send + Sync + 'static,
    {
        self.insert(
            ServiceKey::of::<T>(Some(key)),
            Entry::Transient(erase(make)),
        );
        self
    }

    pub(crate) fn has(&self, need: &ServiceNeed) -> bool {
        self.entries.contains_key(&need.key)
    }

    pub(super) fn entry(&self, key: &ServiceKey) -> Option<&Entry> {
        self.entries.get(key)
    }

    fn insert(&mut self, key: ServiceKey, entry: Entry) {
        self.entries.insert(key, entry);
    }
}

fn erase<T, F>(make: F) -> Factory
where
    T: ?Sized + Send + Sync + 'static,
    F: Fn(&ServiceScope) -> Result<Arc<T>, ServiceError> + Send + Sync + 'static,
{
    Arc::new(move |scope| make(scope).map(|service| Box::new(service) as AnyService))
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("count", &self.entries.len())
            .finish()
    }
}
