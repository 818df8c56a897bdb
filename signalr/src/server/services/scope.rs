use std::any::type_name;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::container::{AnyService, Entry, ServiceKey};
use super::{ServiceError, Services};
use crate::connection::lock;

/// The services as one call sees them: its scoped services are made once and dropped with it.
pub struct ServiceScope {
    services: Arc<Services>,
    made: Mutex<Vec<(ServiceKey, AnyService)>>,
}

impl ServiceScope {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self {
            services,
            made: Mutex::default(),
        }
    }

    /// The service of this type.
    ///
    /// # Errors
    /// None is registered, or it could not be made.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ServiceError> {
        self.find(None)
    }

    /// The service of this type under a key.
    ///
    /// # Errors
    /// None is registered, or it could not be made.
    pub fn get_keyed<T: ?Sized + Send + Sync + 'static>(
        &self,
        key: &str,
    ) -> Result<Arc<T>, ServiceError> {
        self.find(Some(key))
    }

    pub(crate) fn find<T: ?Sized + Send + Sync + 'static>(
        &self,
        key: Option<&str>,
    ) -> Result<Arc<T>, ServiceError> {
        let missing = || ServiceError::Missing {
            type_name: type_name::<T>(),
            key: key.map(str::to_owned),
        };
        let id = ServiceKey::of::<T>(key);
        match self.services.entry(&id).ok_or_else(missing)? {
            Entry::Single(service) => service
                .downcast_ref::<Arc<T>>()
                .cloned()
                .ok_or_else(missing),
            Entry::Transient(make) => typed(make(self)?).ok_or_else(missing),
            Entry::Scoped(make) => {
                if let Some(service) = self.made::<T>(&id) {
                    return Ok(service);
                }
                // Made without the lock, since a factory may ask for other scoped services.
                let service: Arc<T> = typed(make(self)?).ok_or_else(missing)?;
                lock(&self.made).push((id, Box::new(Arc::clone(&service))));
                Ok(service)
            }
        }
    }

    fn made<T: ?Sized + Send + Sync + 'static>(&self, id: &ServiceKey) -> Option<Arc<T>> {
        lock(&self.made)
            .iter()
            .find(|(key, _)| key == id)
            .and_then(|(_, service)| service.downcast_ref::<Arc<T>>().cloned())
    }
}

fn typed<T: ?Sized + 'static>(service: AnyService) -> Option<Arc<T>> {
    service.downcast::<Arc<T>>().ok().map(|service| *service)
}

impl fmt::Debug for ServiceScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceScope").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Speak: Send + Sync {
        fn speak(&self) -> String;
    }

    struct Loud(String);

    impl Speak for Loud {
        fn speak(&self) -> String {
            self.0.to_uppercase()
        }
    }

    fn scope(services: Services) -> ServiceScope {
        ServiceScope::new(Arc::new(services))
    }

    #[test]
    fn a_scoped_service_is_made_once_for_each_scope() {
        let services = Arc::new(
            Services::new()
                .add(String::from("hi"))
                .add_scoped(
                    |s| Ok(Arc::new(Loud(s.get::<String>()?.to_string())) as Arc<dyn Speak>),
                )
                .add_transient(|s| Ok(Arc::new((s.get::<String>()?, 1_u8)))),
        );
        let one = ServiceScope::new(services.clone());
        let other = ServiceScope::new(services);
        let first = one.get::<dyn Speak>().expect("registered");
        assert_eq!(first.speak(), "HI");
        assert!(Arc::ptr_eq(
            &first,
            &one.get::<dyn Speak>().expect("registered")
        ));
        assert!(!Arc::ptr_eq(
            &first,
            &other.get::<dyn Speak>().expect("registered")
        ));
        let transient = || one.get::<(Arc<String>, u8)>().expect("registered");
        assert!(!Arc::ptr_eq(&transient(), &transient()));
    }

    #[test]
    fn keys_tell_services_of_one_type_apart() {
        let scope = scope(Services::new().add(1_u8).add_keyed("two", 2_u8));
        assert_eq!(*scope.get::<u8>().expect("registered"), 1);
        assert_eq!(*scope.get_keyed::<u8>("two").expect("registered"), 2);
        assert_eq!(
            scope
                .get_keyed::<u8>("three")
                .expect_err("missing")
                .to_string(),
            "No service for type 'u8' has been registered under the key 'three'."
        );
    }
}
