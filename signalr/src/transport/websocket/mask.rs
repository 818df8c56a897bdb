//! What a client's frames are masked with (RFC 6455, 5.3).

/// How many keys are made at once.
#[cfg(feature = "client")]
const KEYS: usize = 64;

/// Applies a mask, or takes it off, eight bytes at a time. `phase` says where in the mask the first
/// byte stands.
pub(super) fn apply(bytes: &mut [u8], mask: [u8; 4], phase: usize) {
    let mut turned = mask;
    turned.rotate_left(phase);
    let [a, b, c, d] = turned;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = bytes.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(turned.into_iter().cycle()) {
        *byte ^= mask;
    }
}

/// Fresh keys that nobody can foresee, taken from the operating system many at a time.
#[cfg(feature = "client")]
#[derive(Default)]
pub(super) struct Keys(Vec<[u8; 4]>);

#[cfg(feature = "client")]
impl Keys {
    pub(super) fn next(&mut self) -> [u8; 4] {
        if let Some(key) = self.0.pop() {
            return key;
        }
        let mut keys = [[0; 4]; KEYS];
        getrandom::fill(keys.as_flattened_mut())
            .expect("the operating system gives random numbers");
        let (&last, rest) = keys.split_last().expect("there are keys");
        self.0.extend_from_slice(rest);
        last
    }
}
