use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use crate::connection::lock;

/// Values that live as long as a connection: by name, or by type under a name of its own.
///
/// Values come out as they went in, shared by `Arc`; to change one, put a new one in or keep a
/// lock inside.
#[derive(Default)]
pub struct Items(Mutex<Option<Values>>);

type Values = HashMap<Key, Value>;

type Value = Arc<dyn Any + Send + Sync>;

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Type(TypeId),
    Name(Box<str>),
}

impl Items {
    /// Keeps `value` as the one of its type; gives back the one before.
    pub fn insert<T: Any + Send + Sync>(&self, value: T) -> Option<Arc<T>> {
        self.put(Key::Type(TypeId::of::<T>()), Arc::new(value))
            .and_then(|old| old.downcast().ok())
    }

    /// The value of this type.
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.find(&Key::Type(TypeId::of::<T>()))?.downcast().ok()
    }

    /// The value of this type; if there is none, `make` makes one, which is kept.
    ///
    /// The items are not locked while it is made: of two that are made at once, both callers get
    /// the one that was there first.
    pub fn get_or_insert_with<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(there) = self.get() {
            return there;
        }
        let made = Arc::new(make());
        let mut values = lock(&self.0);
        let kept = values
            .get_or_insert_default()
            .entry(Key::Type(TypeId::of::<T>()))
            .or_insert_with(|| Arc::clone(&made) as Value);
        Arc::clone(kept).downcast().unwrap_or(made)
    }

    /// Takes the value of this type away.
    pub fn remove<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.take(&Key::Type(TypeId::of::<T>()))?.downcast().ok()
    }

    /// Keeps `value` under a name, whatever was there.
    pub fn insert_named<T: Any + Send + Sync>(&self, name: &str, value: T) {
        self.put(Key::Name(name.into()), Arc::new(value));
    }

    /// The value under a name, if it is of this type.
    #[must_use]
    pub fn get_named<T: Any + Send + Sync>(&self, name: &str) -> Option<Arc<T>> {
        self.find(&Key::Name(name.into()))?.downcast().ok()
    }

    /// Takes the value under a name away, if it is of this type.
    pub fn remove_named<T: Any + Send + Sync>(&self, name: &str) -> Option<Arc<T>> {
        self.take(&Key::Name(name.into()))?.downcast().ok()
    }

    fn put(&self, key: Key, value: Value) -> Option<Value> {
        lock(&self.0).get_or_insert_default().insert(key, value)
    }

    fn find(&self, key: &Key) -> Option<Value> {
        lock(&self.0).as_ref()?.get(key).cloned()
    }

    fn take(&self, key: &Key) -> Option<Value> {
        lock(&self.0).as_mut()?.remove(key)
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_type_and_by_name() {
        let items = Items::default();
        assert_eq!(items.insert(1_u8), None);
        items.insert_named("one", "1");
        assert_eq!(items.get::<u8>().as_deref(), Some(&1));
        assert_eq!(items.get_named::<&str>("one").as_deref(), Some(&"1"));
        assert_eq!(items.get_named::<u8>("one"), None);
        assert_eq!(items.remove::<u8>().as_deref(), Some(&1));
        assert_eq!(items.get::<u8>(), None);
        assert_eq!(*items.get_or_insert_with(|| 2_u8), 2);
        assert_eq!(*items.get_or_insert_with(|| 3_u8), 2);
    }

    #[test]
    fn a_value_may_be_made_from_other_values() {
        let items = Items::default();
        items.insert(1_u8);
        let sum = items.get_or_insert_with(|| {
            items.insert(10_u16);
            u16::from(*items.get::<u8>().expect("a value"))
        });
        assert_eq!(*sum, 10, "what was there first");
    }
}
