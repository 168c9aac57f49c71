//! X.509 certificates: PEM, one or a bundle, also with `\n` written out or base64-encoded once more; and DER in base64.
//!
//! A certificate is as old as its `notBefore`. A private key next to it may be older, since a certificate can be renewed without a new key,
//! so then the date is only an upper bound. The first certificate of a bundle gives the age, and the one that expires soonest gives the
//! expiry.

use zeroize::Zeroizing;

use super::{Dates, Expiry, Interval, base64, since};
use crate::find;
use crate::rotation::elements::{INTEGER, element, sequence};
use crate::rotation::time::{self, Moment};

/// How a PEM text begins once it is base64-encoded.
const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// How many certificates of a bundle are looked at: more than any bundle of root certificates has.
const MAX_CERTIFICATES: usize = 1000;

pub(super) fn read(text: &str) -> Option<Dates> {
    if text.starts_with(PEM_IN_BASE64) {
        let pem = base64::decode_lines(text)?;
        return read_pem(std::str::from_utf8(&pem).ok()?);
    }
    if text.starts_with("-----BEGIN ") || has(text, BEGIN) {
        return read_pem(text);
    }
    if text.starts_with("MII") {
        return Some(dates(&[validity(&base64::decode_lines(text)?)?], false));
    }
    None
}

fn has(text: &str, word: &str) -> bool {
    find::find(text.as_bytes(), word.as_bytes()).is_some()
}

fn read_pem(text: &str) -> Option<Dates> {
    let unescaped = has(text, "\\n").then(|| {
        let unescaped = Zeroizing::new(find::replace(text, "\\r", ""));
        Zeroizing::new(find::replace(&unescaped, "\\n", "\n"))
    });
    let text = unescaped.as_ref().map_or(text, |text| text.as_str());
    let mut certificates: Vec<Validity> = Vec::new();
    let mut rest = text;
    for _ in 0..MAX_CERTIFICATES {
        let Some((_, behind)) = find::split_once(rest, BEGIN) else {
            break;
        };
        let block = find::split_once(behind, BEGIN).map_or(behind, |(block, _)| block);
        if let Some((body, _)) = find::split_once(block, END) {
            certificates.push(validity(&base64::decode_lines(body)?)?);
        }
        rest = behind;
    }
    (!certificates.is_empty()).then(|| dates(&certificates, has(text, " PRIVATE KEY-----")))
}

/// The validity period of a certificate.
#[derive(Clone, Copy)]
struct Validity {
    from: Moment,
    to: Moment,
}

fn dates(certificates: &[Validity], with_key: bool) -> Dates {
    let written = match since(Some(certificates[0].from)) {
        Interval { latest: Some(at), .. } if with_key => Interval::until(at),
        written => written,
    };
    let end = |validity: &Validity| match validity.to {
        Moment::At(at) => Expiry::Through(at),
        Moment::Never | Moment::Unset => Expiry::Never,
    };
    let soonest = certificates
        .iter()
        .enumerate()
        .min_by_key(|(_, validity)| end(validity).instant().unwrap_or(jiff::Timestamp::MAX));
    let (index, expires) = soonest.map_or((0, Expiry::Unknown), |(index, validity)| (index, end(validity)));
    let field = match (with_key, index) {
        (true, 0) => "notBefore, notAfter; the private key beside the certificate may be older",
        (false, 0) => "notBefore, notAfter",
        _ => "notBefore of the first certificate, notAfter of a later one, which ends sooner",
    };
    Dates {
        form: "x509",
        field,
        written,
        expires,
    }
}

/// `Certificate ::= SEQUENCE { tbs SEQUENCE { [0] version OPTIONAL, serial, algorithm, issuer, validity SEQUENCE { Time, Time }, … }, … }`.
///
/// Parses only as far as the validity; the rest of a certificate has no bearing on its dates.
fn validity(der: &[u8]) -> Option<Validity> {
    let certificate = sequence(&mut &*der)?;
    let mut tbs = sequence(&mut &*certificate)?;
    let mut field = element(&mut tbs)?;
    if field.0 == VERSION {
        field = element(&mut tbs)?;
    }
    if field.0 != INTEGER {
        return None;
    }
    sequence(&mut tbs)?;
    sequence(&mut tbs)?;
    let mut times = sequence(&mut tbs)?;
    let mut moment = || {
        let (tag, time) = element(&mut times)?;
        let digits = match tag {
            UTC_TIME => 13,
            GENERALIZED_TIME => 15,
            _ => return None,
        };
        if time.len() == digits {
            time::parse_compact(time).ok()
        } else {
            None
        }
    };
    Some(Validity {
        from: moment()?,
        to: moment()?,
    })
}

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`, constructed.
const VERSION: u8 = 0xA0;
