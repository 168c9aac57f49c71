//! The elements of the two binary forms in which keys and certificates are written: DER, and what SSH writes.

/// The tag of an integer.
pub(crate) const INTEGER: u8 = 0x02;
/// The tag of bytes that may hold a further element.
pub(crate) const OCTETS: u8 = 0x04;
/// The tag of a sequence of elements.
pub(crate) const SEQUENCE: u8 = 0x30;

/// Reads the next element of DER, which must be a sequence, and returns its contents.
pub(crate) fn sequence<'d>(rest: &mut &'d [u8]) -> Option<&'d [u8]> {
    let (tag, value) = element(rest)?;
    (tag == SEQUENCE).then_some(value)
}

/// Reads the next element of DER: its tag and its contents. Lengths must take as few bytes as possible (X.690, 8.1.3 and 10.1).
pub(crate) fn element<'d>(rest: &mut &'d [u8]) -> Option<(u8, &'d [u8])> {
    let [tag, first, behind @ ..] = *rest else { return None };
    let (len, behind) = if *first < 0x80 {
        (usize::from(*first), behind)
    } else {
        let (bytes, behind) = behind.split_at_checked(usize::from(first & 0x7F))?;
        let least = if bytes.len() == 1 { 0x80 } else { 1 };
        let is_shortest = bytes.len() <= 3 && *bytes.first()? >= least;
        let len = bytes.iter().fold(0, |len, &byte| len << 8 | usize::from(byte));
        (is_shortest.then_some(len)?, behind)
    };
    let (value, behind) = behind.split_at_checked(len)?;
    *rest = behind;
    Some((*tag, value))
}

/// Reads the next string of SSH: its length in four bytes, and its bytes.
pub(crate) fn string<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (len, behind) = rest.split_first_chunk::<4>()?;
    let (string, behind) = behind.split_at_checked(u32::from_be_bytes(*len) as usize)?;
    *rest = behind;
    Some(string)
}
