//! SSH certificates (PROTOCOL.certkeys of OpenSSH). A plain key has no date.
//!
//! Finding the two dates takes a walk over length-prefixed fields, the same for every algorithm except for the number of fields in its
//! public key. A library that understands the keys would bring their arithmetic along.

use super::{Dates, Expiry, Interval, base64};
use crate::rotation::elements::string;
use crate::rotation::time::{self, Moment};

/// Algorithms, and how many fields make up the public key of each.
const ALGORITHMS: [(&str, usize); 10] = [
    ("ssh-ed25519-cert-v01@openssh.com", 1),
    ("ssh-rsa-cert-v01@openssh.com", 2),
    ("rsa-sha2-256-cert-v01@openssh.com", 2),
    ("rsa-sha2-512-cert-v01@openssh.com", 2),
    ("ssh-dss-cert-v01@openssh.com", 4),
    ("ecdsa-sha2-nistp256-cert-v01@openssh.com", 2),
    ("ecdsa-sha2-nistp384-cert-v01@openssh.com", 2),
    ("ecdsa-sha2-nistp521-cert-v01@openssh.com", 2),
    ("sk-ssh-ed25519-cert-v01@openssh.com", 2),
    ("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3),
];

/// `algorithm SP base64 [ SP comment ]`
pub(super) fn read(text: &str) -> Option<Dates> {
    let mut words = text.split_ascii_whitespace();
    let algorithm = words.next()?;
    let (_, key_fields) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
    let blob = base64::decode(words.next()?.as_bytes())?;
    let (after, before) = validity(&blob, algorithm, *key_fields)?;
    // Zero means no beginning, and all ones means forever.
    let written = if after == 0 {
        Interval::UNKNOWN
    } else {
        Interval::exact(second(after)?)
    };
    let expires = if before == u64::MAX {
        Expiry::Never
    } else {
        Expiry::At(second(before)?)
    };
    Some(Dates {
        form: "ssh-certificate",
        field: "valid after, valid before",
        written,
        expires,
    })
}

/// `string algorithm, string nonce, public key, uint64 serial, uint32 type, string key id, string principals, uint64 after, uint64 before, …`
fn validity(blob: &[u8], algorithm: &str, key_fields: usize) -> Option<(u64, u64)> {
    let mut rest = blob;
    if string(&mut rest)? != algorithm.as_bytes() && !algorithm.starts_with("rsa-sha2") {
        return None;
    }
    for _ in 0..=key_fields {
        string(&mut rest)?;
    }
    rest = rest.get(8 + 4..)?;
    string(&mut rest)?;
    string(&mut rest)?;
    Some((integer(&mut rest)?, integer(&mut rest)?))
}

fn integer(rest: &mut &[u8]) -> Option<u64> {
    let (integer, behind) = rest.split_first_chunk::<8>()?;
    *rest = behind;
    Some(u64::from_be_bytes(*integer))
}

fn second(seconds: u64) -> Option<jiff::Timestamp> {
    match time::parse_number(&format!("{seconds}")) {
        Ok(Moment::At(at)) if seconds < 100_000_000_000 => Some(at),
        _ => None,
    }
}
