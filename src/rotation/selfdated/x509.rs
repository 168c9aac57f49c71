//! X.509 certificates: PEM, one or a bundle, also with `\n` written out or in base64 once more, and DER in base64.
//!
//! A certificate is as old as its `notBefore` says. A private key beside it may be older, since a certificate can be renewed without a new key, so
//! then the date is only an upper bound. Of a bundle the first certificate gives the age, and the soonest to end gives the end.

use der::{Reader, SliceReader, Tag, TagNumber, Tagged, asn1::AnyRef};
use zeroize::Zeroizing;

use super::{Dates, Expiry, Interval, base64, since};
use crate::rotation::time::{self, Moment};

/// The beginning of a PEM text in base64.
const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// How many certificates of a bundle are looked at: more than any bundle of roots has.
const MAX_CERTIFICATES: usize = 1000;

pub(super) fn read(text: &str) -> Option<Dates> {
    if text.starts_with(PEM_IN_BASE64) {
        let pem = base64::decode_lines(text)?;
        return read_pem(std::str::from_utf8(&pem).ok()?);
    }
    if text.starts_with("-----BEGIN ") || text.contains(BEGIN) {
        return read_pem(text);
    }
    if text.starts_with("MII") {
        return Some(dates(&[validity(&base64::decode_lines(text)?)?], false));
    }
    None
}

fn read_pem(text: &str) -> Option<Dates> {
    let unescaped = text
        .contains("\\n")
        .then(|| Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n")));
    let text = unescaped.as_ref().map_or(text, |text| text.as_str());
    let bodies = text
        .split(BEGIN)
        .skip(1)
        .take(MAX_CERTIFICATES)
        .filter_map(|rest| rest.split_once(END));
    let certificates: Vec<Validity> = bodies
        .map(|(body, _)| validity(&base64::decode_lines(body)?))
        .collect::<Option<_>>()?;
    (!certificates.is_empty()).then(|| dates(&certificates, text.contains(" PRIVATE KEY-----")))
}

/// When a certificate is valid.
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
/// Only the way to the validity is walked: what stands in the rest of a certificate is nothing to a date.
fn validity(der: &[u8]) -> Option<Validity> {
    let certificate = sequence(&mut SliceReader::new(der).ok()?)?;
    let tbs = sequence(&mut SliceReader::new(certificate.value()).ok()?)?;
    let mut tbs = SliceReader::new(tbs.value()).ok()?;
    let mut field = tbs.decode::<AnyRef<'_>>().ok()?;
    if field.tag()
        == (Tag::ContextSpecific {
            constructed: true,
            number: TagNumber(0),
        })
    {
        field = tbs.decode().ok()?;
    }
    if field.tag() != Tag::Integer {
        return None;
    }
    sequence(&mut tbs)?;
    sequence(&mut tbs)?;
    let validity = sequence(&mut tbs)?;
    let mut times = SliceReader::new(validity.value()).ok()?;
    let mut moment = || {
        let time = times.decode::<AnyRef<'_>>().ok()?;
        let digits = match time.tag() {
            Tag::UtcTime => 13,
            Tag::GeneralizedTime => 15,
            _ => return None,
        };
        if time.value().len() == digits {
            time::parse_compact(time.value()).ok()
        } else {
            None
        }
    };
    Some(Validity {
        from: moment()?,
        to: moment()?,
    })
}

fn sequence<'d>(reader: &mut SliceReader<'d>) -> Option<AnyRef<'d>> {
    reader
        .decode::<AnyRef<'d>>()
        .ok()
        .filter(|any| any.tag() == Tag::Sequence)
}
