use std::fmt;

use super::names::Names;
use super::{Binder, BoundCall};
use crate::protocol::BindError;
use crate::server::services::ServiceNeed;
use crate::server::{Hub, Requirement};

/// One method of a hub, as generated.
pub struct Method<H: Hub> {
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
    /// Reads the arguments and prepares the call.
    pub bind: fn(Binder<'_, H>) -> Result<BoundCall, BindError>,
}

/// All methods of a hub and the services they will ask for.
pub struct MethodTable<H: Hub> {
    methods: Vec<Method<H>>,
    needs: Vec<ServiceNeed>,
}

impl<H: Hub> MethodTable<H> {
    pub(in crate::server) fn of_hub() -> Self {
        let mut table = Self {
            methods: Vec::new(),
            needs: Vec::new(),
        };
        H::describe(&mut table);
        table
    }

    /// Adds a method.
    pub fn method(&mut self, method: Method<H>) {
        self.methods.push(method);
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

    /// The policies that methods name, each with its method.
    pub(in crate::server) fn policies(&self) -> Vec<(&'static str, &'static str)> {
        let of_hub = H::AUTHORIZE
            .iter()
            .map(|requirement| (requirement, H::NAME));
        let of_methods = self.methods.iter().flat_map(|method| {
            method
                .authorize
                .iter()
                .map(|requirement| (requirement, method.name))
        });
        of_hub
            .chain(of_methods)
            .filter_map(|(requirement, place)| Some((requirement.policy?, place)))
            .collect()
    }

    pub(in crate::server) fn needs(&self) -> &[ServiceNeed] {
        &self.needs
    }

    pub(in crate::server) fn into_map(self) -> MethodMap<H> {
        MethodMap {
            names: Names::new(self.methods.iter().map(|method| method.name).collect()),
            methods: self.methods,
        }
    }
}

impl<H: Hub> fmt::Debug for MethodTable<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.methods.iter().map(|method| method.name))
            .finish()
    }
}

impl<H: Hub> fmt::Debug for Method<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method")
            .field("name", &self.name)
            .field("arguments", &self.arguments)
            .field("uploads", &self.uploads)
            .field("streaming", &self.streaming)
            .finish_non_exhaustive()
    }
}

/// Finds methods by name without regard to case.
pub(in crate::server) struct MethodMap<H: Hub> {
    methods: Vec<Method<H>>,
    names: Names,
}

impl<H: Hub> MethodMap<H> {
    pub(in crate::server) fn find(&self, name: &str) -> Option<&Method<H>> {
        self.methods.get(self.names.place_of(name)?)
    }
}
