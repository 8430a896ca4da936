//! Bytes as hexadecimal digits.

/// Reads so many bytes, two digits of either case for each and nothing else.
pub(crate) fn read<const N: usize>(text: impl Iterator<Item = char>) -> Option<[u8; N]> {
    let mut digits =
        text.map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let mut bytes = [0; N];
    for byte in &mut bytes {
        *byte = digits.next()?? << 4 | digits.next()??;
    }
    digits.next().is_none().then_some(bytes)
}

/// Writes two small digits for each byte.
pub(crate) fn written(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_were_written_and_nothing_else_is() {
        let bytes = [0, 7, 16, 171, 255];
        let read = |text: &str| read::<5>(text.chars());

        assert_eq!(written(&bytes), "000710abff");
        assert_eq!((read("000710abff"), read("000710ABFF")), (Some(bytes), Some(bytes)));
        for wrong in ["", "000710abf", "000710abff0", "000710abfg", "000710ab１１", " 00710abff"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
