/// How many bytes at the start of `bytes` are neither a quote, a backslash nor a control character:
/// what a JSON text holds as it is.
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH_BITS: u64 = ONES << 7;
    // Eight bytes at a time. A byte's high bit is set if the byte is special; also perhaps if it
    // lies behind a special one, because subtractions borrow upwards, but only the first counts.
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let zero_bytes = |w: u64| w.wrapping_sub(ONES) & !w;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = zero_bytes(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_bytes(word ^ (ONES * u64::from(b'\\')));
        let special = (control | quote | backslash) & HIGH_BITS;
        if special != 0 {
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let tail = rest
        .iter()
        .position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    words.len() * 8 + tail.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::plain_len;

    #[test]
    fn stops_at_the_first_special_byte_wherever_it_is() {
        for special in (0..=0x1F).chain([b'"', b'\\']) {
            for at in 0..20 {
                for behind in [b'a', b'"', 0, 0x80, 0xFF] {
                    let mut bytes = vec![b' '; 20];
                    bytes[at + 1..].fill(behind);
                    bytes[at] = special;
                    assert_eq!(plain_len(&bytes), at, "{special} at {at} before {behind}");
                }
            }
        }
    }

    #[test]
    fn passes_everything_else() {
        let plain: Vec<u8> = (0x20..=0xFF)
            .filter(|byte| !b"\"\\".contains(byte))
            .collect();
        for from in 0..9 {
            assert_eq!(plain_len(&plain[from..]), plain.len() - from);
        }
    }
}
