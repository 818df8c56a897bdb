use std::fmt;

use super::names::Names;
use super::{Binder, BoundCall};
use crate::protocol::BindError;
use crate::server::services::ServiceNeed;
use crate::server::{Hub, Requirement};

/// One method of a hub, as generated.
#[derive(Debug)]
pub struct Method {
    /// The wire name.
    pub name: &'static str,
    /// How many wire arguments it takes.
    pub arguments: usize,
    /// How many upload streams it takes.
    pub uploads: usize,
    /// Whether it answers with a stream.
    pub streaming: bool,
    /// What its caller must be.
    pub authorize: &'static [Requirement],
}

/// Reads a method's arguments and prepares the call.
pub(in crate::server) type Bind<H> = fn(Binder<'_, H>) -> Result<BoundCall, BindError>;

/// All methods of a hub and the services they will ask for.
pub struct MethodTable<H: Hub> {
    pub(in crate::server) methods: Vec<Method>,
    pub(in crate::server) needs: Vec<ServiceNeed>,
    /// One for each method.
    pub(in crate::server) binds: Vec<Bind<H>>,
}

impl<H: Hub> MethodTable<H> {
    pub(in crate::server) fn of_hub() -> Self {
        let mut table = Self {
            methods: Vec::new(),
            needs: Vec::new(),
            binds: Vec::new(),
        };
        H::describe(&mut table);
        table
    }

    /// Adds a method. `bind` reads its arguments and prepares the call.
    pub fn method(
        &mut self,
        method: Method,
        bind: fn(Binder<'_, H>) -> Result<BoundCall, BindError>,
    ) {
        self.methods.push(method);
        self.binds.push(bind);
    }

    /// Says that `method` takes a service as `parameter`.
    pub fn service<T: ?Sized + Send + Sync + 'static>(
        &mut self,
        key: Option<&'static str>,
        method: &'static str,
        parameter: &'static str,
    ) {
        self.needs
            .push(ServiceNeed::new::<T>(key, method, parameter));
    }
}

impl<H: Hub> fmt::Debug for MethodTable<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.methods).finish()
    }
}

/// Finds methods by name without regard to case.
pub(in crate::server) struct Methods {
    methods: Vec<Method>,
    names: Names,
}

impl Methods {
    pub(in crate::server) fn new(methods: Vec<Method>) -> Self {
        Self {
            names: Names::new(methods.iter().map(|method| method.name).collect()),
            methods,
        }
    }

    /// A method and its place in the table.
    pub(in crate::server) fn find(&self, name: &str) -> Option<(usize, &Method)> {
        let place = self.names.place_of(name)?;
        Some((place, self.methods.get(place)?))
    }

    /// The policies that methods name, each with its method.
    pub(in crate::server) fn policies(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.methods
            .iter()
            .flat_map(|method| policies(method.authorize, method.name))
    }
}

/// The policies that are required at `place`.
pub(in crate::server) fn policies(
    required: &'static [Requirement],
    place: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    required
        .iter()
        .filter_map(move |requirement| Some((requirement.policy?, place)))
}
