/// Names of methods in lower case and in their order, each with its method's place: a hub has so few
/// that searching costs less than a hash. Not generic, so that it is compiled with this crate and not
/// with each hub.
pub(super) struct Names(Vec<(Box<str>, usize)>);

/// Longer names are lowered on the heap.
const SHORT_NAME: usize = 64;

impl Names {
    pub(super) fn new(names: Vec<&str>) -> Self {
        let lowered = names.iter().map(|name| name.to_lowercase().into());
        let mut places: Vec<_> = lowered.zip(0..).collect();
        places.sort();
        Self(places)
    }

    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        let mut short = [0; SHORT_NAME];
        match short.get_mut(..name.len()) {
            Some(space) if name.is_ascii() => {
                space.copy_from_slice(name.as_bytes());
                space.make_ascii_lowercase();
                self.find(space)
            }
            _ => self.find(name.to_lowercase().as_bytes()),
        }
    }

    fn find(&self, wanted: &[u8]) -> Option<usize> {
        let by_name = |(name, _): &(Box<str>, usize)| name.as_bytes().cmp(wanted);
        let found = self.0.binary_search_by(by_name).ok()?;
        Some(self.0[found].1)
    }
}
