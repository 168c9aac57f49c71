//! Reads the size of a private key, in PEM or as OpenSSH writes it: the modulus of RSA and DSA, the secret number of an elliptic curve.

use zeroize::Zeroizing;

use crate::find;
use crate::rotation::base64;
use crate::rotation::elements::{INTEGER, OCTETS, SEQUENCE, element, sequence, string};

/// How a PEM text begins once it is base64-encoded.
const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
const DASHES: &str = "-----";

/// Shorter than any private key in PEM, so that most values are not searched for one.
const SHORTEST: usize = 100;

/// Returns the bits of the first private key in a value, 0 if they can't be read, because it is encrypted or broken; `None` if there is no
/// private key.
pub(super) fn bits(value: &[u8]) -> Option<u64> {
    if value.len() < SHORTEST {
        return None;
    }
    let text = str::from_utf8(value).ok()?;
    if text.starts_with(PEM_IN_BASE64) {
        let pem = base64::decode(text.as_bytes())?;
        return of_pem(str::from_utf8(&pem).ok()?);
    }
    of_pem(text)
}

fn of_pem(text: &str) -> Option<u64> {
    let title = find::find(text.as_bytes(), b" PRIVATE KEY-----")?;
    Some(of_body(&text[title + " PRIVATE KEY-----".len()..]).unwrap_or_default())
}

fn of_body(body: &str) -> Option<u64> {
    let body = &body[..find::find(body.as_bytes(), DASHES.as_bytes()).unwrap_or(body.len())];
    // Some loaders leave line ends as they are written, `\n`.
    let mut letters = Zeroizing::new(Vec::with_capacity(body.len()));
    for line in find::split(body, "\\n") {
        letters.extend(
            line.bytes()
                .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'\\'),
        );
    }
    let bytes = base64::decode(&letters)?;
    match bytes.strip_prefix(b"openssh-key-v1\0") {
        Some(key) => of_openssh(key),
        None => of_der(&bytes, 0),
    }
}

/// PKCS#1 and SEC 1 have the number behind the version, PKCS#8 one of those in a string of bytes, or the number itself.
fn of_der(der: &[u8], depth: u8) -> Option<u64> {
    let mut key = sequence(&mut &*der)?;
    let (INTEGER, _) = element(&mut key)? else { return None };
    match element(&mut key)? {
        (INTEGER, modulus) => Some(length(modulus)),
        (OCTETS, number) => Some(of_curve(number.len())),
        (SEQUENCE, _) if depth == 0 => {
            let (OCTETS, inner) = element(&mut key)? else {
                return None;
            };
            match inner.first()? {
                &OCTETS => Some(of_curve(element(&mut &*inner)?.1.len())),
                _ => of_der(inner, depth + 1),
            }
        }
        _ => None,
    }
}

/// The public half says the size, and is never encrypted.
fn of_openssh(key: &[u8]) -> Option<u64> {
    let mut rest = key;
    for _ in ["cipher", "derivation", "its options"] {
        string(&mut rest)?;
    }
    let (_, mut rest) = rest.split_first_chunk::<4>()?;
    let mut public = string(&mut rest)?;
    let algorithm = string(&mut public)?;
    let first = string(&mut public)?;
    match algorithm {
        b"ssh-rsa" => Some(length(string(&mut public)?)),
        b"ssh-dss" => Some(length(first)),
        // The name of the curve is followed by a point: a byte, and two coordinates.
        _ if algorithm.starts_with(b"ecdsa-sha2-") => Some(of_curve(string(&mut public)?.len() / 2)),
        b"ssh-ed25519" => Some(of_curve(first.len())),
        _ => None,
    }
}

/// The bits of a curve whose numbers take so many bytes: all of them, but for P-521.
fn of_curve(bytes: usize) -> u64 {
    if bytes == 66 { 521 } else { 8 * bytes as u64 }
}

/// The length of a number in bits.
fn length(number: &[u8]) -> u64 {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let number = &number[zeros..];
    8 * number.len() as u64 - number.first().map_or(0, |first| u64::from(first.leading_zeros()))
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};

    use super::bits;

    // Made for this test, and of a size that nobody uses.
    const PKCS1: &str = "\
-----BEGIN RSA PRIVATE KEY-----\n\
MIIBOgIBAAJBALS6RrcUknLSuzdJwBjSIfQsN8zdiZoajf3jgxR9oUmJYVzfdStX\n\
vJTO8j5BKkCYOmLmKio0EGS7rZaTp8CZGY8CAwEAAQJAcOw3RSu4ecBMNDaDrb6W\n\
co+yafI+iShwciPXAlWhEmWUo6gTR/F3IRLMBsT4T/gWOvzM3iBDA7rc8LqUW4vS\n\
mQIhAN154l3Lp7F4taj40dNm9/dt8sA8yctR9efBRiFIFCMtAiEA0OZNxp7n/tcx\n\
d5LpeLdAdaa3lgvEJjpD4jsbsU52lSsCIF5VLc+ZkMGMkoN4B5ctgmyHDiBHRAQv\n\
0rd1oPNIChu5AiEAsfcB22wVCK4bnlqyO/0iFRjq3hE4Ebkhi+H/PZYyv/ECIFrn\n\
nXupbx7uWVnxIKIsc85IZk2LaJ6WsGfcFpphW68g\n\
-----END RSA PRIVATE KEY-----";
    const PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAwHTSsRdRoQuyz/2t\n\
9xm7/L6ntgVgmKjn+TJdXxFnfD2BDjMdiJLf7TAnqJWdyX+ESSnhUkyQ8c0ThHqo\n\
X1b7WwIDAQABAkEAiovPHTOHTSNJz5d0xB0fipyJyWxnlJ6LmIacVxMFZ5byGsm4\n\
Eph6YgDXpo6ppJu66ZmnIGQ1fyxB1YsO0MiRIQIhAPSIVC3Fm+zQtNKa/eQUH/Bv\n\
LJXTZbnawW+iFXE5j7wLAiEAyXtOnkJbTQUT3O1OMHKCqQA2qsBcYyiNMdmApIMo\n\
//ECIQC22Cl5gEUzMmvC/rnRjWrEcZy4+zUZX4U8X8oAu7XKOQIhAMe/bLDvnm6c\n\
QxX7WlIjpLAB2zCrpqxTzq+GL8hplCMxAiAPnm16+IQy7/0rPoKR3x8Ae0h0LiK+\n\
suSpqfsH4kNLQg==\n\
-----END PRIVATE KEY-----";
    const SEC1: &str = "\
-----BEGIN EC PARAMETERS-----\n\
BggqhkjOPQMBBw==\n\
-----END EC PARAMETERS-----\n\
-----BEGIN EC PRIVATE KEY-----\n\
MHcCAQEEIJosVBzgD4s5pOPG7eDQkMpCVNJJ2RbAtP+7o/zDQerCoAoGCCqGSM49\n\
AwEHoUQDQgAEMSoro99dugJMUiXnZXhwDSXGSrs4cJiJL4yS+2L5Jg2vJxNEKvTG\n\
ihkdE2/OT8EsNiM0jaxMzedaxuw99O89YA==\n\
-----END EC PRIVATE KEY-----";
    const ED25519: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MC4CAQAwBQYDK2VwBCIEIP4dWqlaJyYFwLUTIGRaNLwMWRBkjfHlhRPU/1lwjW3T\n\
-----END PRIVATE KEY-----";
    const OPENSSH: &str = "\
-----BEGIN OPENSSH PRIVATE KEY-----\n\
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAArAAAABNlY2RzYS\n\
1zaGEyLW5pc3RwNTIxAAAACG5pc3RwNTIxAAAAhQQBR7NxCyFWpd41LonrlW+WmlTE4ORB\n\
b+sYHNS0guY1EhFe9CH5BefQm2cl8xhrlJGbEPG+Zc7LvWH9l5yBHUfJtVEAGgAwMaymZS\n\
0JLoiw8Kpr+gae9Mz9hrdCBssYHC0lTSOtl1bTCc2cEc9xUFkF5Z7wCFjOw72KDSXymUyu\n\
2rjAv6IAAAEI7/Rnde/0Z3UAAAATZWNkc2Etc2hhMi1uaXN0cDUyMQAAAAhuaXN0cDUyMQ\n\
AAAIUEAUezcQshVqXeNS6J65VvlppUxODkQW/rGBzUtILmNRIRXvQh+QXn0JtnJfMYa5SR\n\
mxDxvmXOy71h/ZecgR1HybVRABoAMDGspmUtCS6IsPCqa/oGnvTM/Ya3QgbLGBwtJU0jrZ\n\
dW0wnNnBHPcVBZBeWe8AhYzsO9ig0l8plMrtq4wL+iAAAAQgD0d50p5K236H2nyFJJIBzJ\n\
aYybe0jlhvPD9KNwFwGFA3wwqJoxp1N1p5u/wBTR7943j9RGKNmd0okc0qeGq2+tuQAAAA\n\
dyb290QHZtAQID\n\
-----END OPENSSH PRIVATE KEY-----";

    const ALL: [(&str, u64); 5] = [(PKCS1, 512), (PKCS8, 512), (SEC1, 256), (ED25519, 256), (OPENSSH, 521)];

    #[test]
    fn the_size_is_that_of_the_key() {
        for (pem, size) in ALL {
            let spellings = [
                pem.to_owned(),
                pem.replace('\n', "\r\n"),
                pem.replace('\n', "\\n"),
                format!("{pem}\n{PKCS1}"),
                Base64::encode_string(pem.as_bytes()),
            ];
            for spelling in spellings {
                assert_eq!(bits(spelling.as_bytes()), Some(size), "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_broken_or_encrypted_has_no_size() {
        for (pem, _) in ALL {
            // Cut or changed anywhere, it has a size or not, and nothing else happens.
            for at in 0..pem.len() {
                let _ = bits(&pem.as_bytes()[..at]);
                let mut changed = pem.as_bytes().to_vec();
                changed[at] ^= 1;
                let _ = bits(&changed);
            }
        }
        let is_key = |text: &str| text.contains("PRIVATE");
        let header = PKCS1.replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1);
        for text in [
            header.as_str(),
            &PKCS8.replace("MII", "MIJ").replace("PRIVATE", "ENCRYPTED PRIVATE"),
            &PKCS1.replace("PRIVATE", "PUBLIC"),
            "x",
            &"x".repeat(200),
        ] {
            assert_eq!(bits(text.as_bytes()), is_key(text).then_some(0), "{text}");
        }
    }
}
