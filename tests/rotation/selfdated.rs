//! Values that date themselves. Other people's parsers judge ours where there are any.

use envgate::rotation::selfdated::{id_beside, public_id, read};
use envgate::rotation::{Evidence, Expiry, Interval, Rank};

use crate::{at, sample};

fn value(name: &str) -> String {
    let text = String::from_utf8(sample("self-describing-values.txt")).unwrap();
    let prefix = format!("{name}=");
    text.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .expect("a line of that name")
        .to_owned()
}

fn dates(value: impl AsRef<[u8]>) -> Option<(&'static str, Interval, Expiry)> {
    read(value.as_ref()).map(
        |Evidence {
             source,
             written,
             expires,
             ..
         }| (source, written, expires),
    )
}

fn jwt(payload: &str) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding};
    format!(
        "{}.{}.c2ln",
        Base64UrlUnpadded::encode_string(br#"{"alg":"HS256"}"#),
        Base64UrlUnpadded::encode_string(payload.as_bytes())
    )
}

#[test]
fn the_samples() {
    let written = Interval::exact(at("2025-10-02T08:14:22Z"));
    assert_eq!(
        dates(value("JWT")),
        Some(("jwt", written, Expiry::At(at("2025-12-31T08:14:22Z"))))
    );
    assert_eq!(
        dates(value("PASETO_V4_PUBLIC_SHAPE")),
        Some(("paseto", written, Expiry::At(at("2026-01-01"))))
    );
    assert_eq!(
        dates(value("AZURE_SAS_URL")),
        Some(("azure-sas", written, Expiry::At(at("2026-01-31"))))
    );
    assert_eq!(
        dates(value("AZURE_SAS_STORED_POLICY")),
        Some(("azure-sas", Interval::UNKNOWN, Expiry::Unknown))
    );
    assert_eq!(
        dates(value("S3_PRESIGNED")),
        Some(("presigned-url", written, Expiry::At(at("2025-10-09T08:14:22Z"))))
    );
    assert_eq!(dates(value("AWS_ACCESS_KEY_ID")), None);
    assert_eq!(dates(value("GCP_SA_KEY")), None);
    assert_eq!(
        public_id(value("AWS_ACCESS_KEY_ID").as_bytes()).as_deref(),
        Some("AKIAIOSFODNN7EXAMPLE")
    );
    assert_eq!(
        public_id(value("GCP_SA_KEY").as_bytes()).as_deref(),
        Some("0123456789abcdef0123456789abcdef01234567")
    );
    assert_eq!(
        id_beside("APP_AWS_SECRET_ACCESS_KEY").as_deref(),
        Some("APP_AWS_ACCESS_KEY_ID")
    );
}

#[test]
fn certificates_in_every_wrapping() {
    use base64ct::{Base64, Encoding};
    let pem = String::from_utf8(sample("x509-selfsigned.example.pem")).unwrap();
    let expected = Some((
        "x509",
        Interval::exact(at("2026-11-21T00:15:42Z")),
        Expiry::Through(at("2027-02-19T00:15:42Z")),
    ));
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for wrapped in [
        pem.clone(),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\r\n"),
        Base64::encode_string(pem.as_bytes()),
        body,
        format!("subject=x\n{pem}"),
    ] {
        assert_eq!(dates(wrapped), expected);
    }
    let with_key = format!("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n{pem}");
    assert_eq!(dates(with_key).unwrap().1, Interval::until(at("2026-11-21T00:15:42Z")));
    assert_eq!(
        dates("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"),
        None
    );
    let broken = pem.replacen("MIIB", "MIIC", 1);
    assert_eq!(dates(broken), None);
}

#[test]
fn certificates_agree_with_the_library() {
    use x509_cert::der::{DecodePem, Encode};
    let pem = sample("x509-selfsigned.example.pem");
    let certificate = x509_cert::Certificate::from_pem(&pem).unwrap();
    let instant = |time: x509_cert::time::Time| {
        jiff::Timestamp::from_second(time.to_unix_duration().as_secs().cast_signed()).unwrap()
    };
    let judge = |certificate: &x509_cert::Certificate| {
        use base64ct::{Base64, Encoding};
        let validity = &certificate.tbs_certificate.validity;
        let (_, written, expires) = dates(Base64::encode_string(&certificate.to_der().unwrap())).expect("dated");
        assert_eq!(written, Interval::exact(instant(validity.not_before)));
        assert_eq!(expires.instant().unwrap(), instant(validity.not_after));
    };
    judge(&certificate);
    // Other dates, other forms of time, other numbers in front of them.
    for (from, to) in [
        (0, 1),
        (1_759_392_862, 2_524_607_999),
        (2_524_608_000, 4_102_444_800),
        (1, 253_370_764_799),
    ] {
        let mut certificate = certificate.clone();
        let time = |seconds| {
            x509_cert::time::Time::GeneralTime(
                x509_cert::der::asn1::GeneralizedTime::from_unix_duration(std::time::Duration::from_secs(seconds))
                    .unwrap(),
            )
        };
        certificate.tbs_certificate.validity.not_before = time(from);
        certificate.tbs_certificate.validity.not_after = time(to);
        certificate.tbs_certificate.serial_number = x509_cert::serial_number::SerialNumber::new(&[0x7F; 19]).unwrap();
        judge(&certificate);
    }
}

#[test]
fn a_bundle_is_as_old_as_its_first_and_ends_with_its_soonest() {
    use x509_cert::der::{DecodePem, EncodePem};
    let first = x509_cert::Certificate::from_pem(sample("x509-selfsigned.example.pem")).unwrap();
    let mut second = first.clone();
    let soon = std::time::Duration::from_secs(1_800_000_000);
    second.tbs_certificate.validity.not_after =
        x509_cert::time::Time::UtcTime(x509_cert::der::asn1::UtcTime::from_unix_duration(soon).unwrap());
    let pem = |certificate: &x509_cert::Certificate| certificate.to_pem(x509_cert::der::pem::LineEnding::LF).unwrap();
    let bundle = read((pem(&first) + &pem(&second)).as_bytes()).unwrap();
    assert_eq!(bundle.written, Interval::exact(at("2026-11-21T00:15:42Z")));
    assert_eq!(bundle.expires, Expiry::Through(at("2027-01-15T08:00:00Z")));
    assert!(bundle.field.contains("a later one"));
    let forever = std::time::Duration::from_secs(253_402_300_799);
    second.tbs_certificate.validity.not_after =
        x509_cert::time::Time::GeneralTime(x509_cert::der::asn1::GeneralizedTime::from_unix_duration(forever).unwrap());
    assert_eq!(dates(pem(&second)).unwrap().2, Expiry::Never);
}

#[test]
fn ssh_certificates_agree_with_the_library() {
    let text = String::from_utf8(sample("ssh-cert.example.pub")).unwrap();
    let judge = ssh_key::Certificate::from_openssh(text.trim()).unwrap();
    let instant = |seconds: u64| jiff::Timestamp::from_second(seconds.cast_signed()).unwrap();
    let (form, written, expires) = dates(&text).unwrap();
    assert_eq!(
        (form, written),
        ("ssh-certificate", Interval::exact(instant(judge.valid_after())))
    );
    assert_eq!(expires, Expiry::At(instant(judge.valid_before())));
    let plain = ssh_key::PublicKey::from(judge.public_key().clone())
        .to_openssh()
        .unwrap();
    assert_eq!(dates(plain), None);
}

#[test]
fn ssh_certificates_without_a_beginning_or_an_end() {
    use base64ct::{Base64, Encoding};
    let text = String::from_utf8(sample("ssh-cert.example.pub")).unwrap();
    let blob = Base64::decode_vec(text.split(' ').nth(1).unwrap()).unwrap();
    let dates_at = blob
        .windows(8)
        .position(|window| window == 0x6955_b900_u64.to_be_bytes())
        .unwrap();
    let rebuilt = |after: u64, before: u64| {
        let mut blob = blob.clone();
        blob[dates_at..dates_at + 8].copy_from_slice(&after.to_be_bytes());
        blob[dates_at + 8..dates_at + 16].copy_from_slice(&before.to_be_bytes());
        format!("ssh-ed25519-cert-v01@openssh.com {}", Base64::encode_string(&blob))
    };
    assert_eq!(
        dates(rebuilt(0, u64::MAX)),
        Some(("ssh-certificate", Interval::UNKNOWN, Expiry::Never))
    );
    assert_eq!(dates(rebuilt(1, u64::MAX - 1)), None);
    for cut in 0..dates_at + 16 {
        let _ = dates(format!(
            "ssh-ed25519-cert-v01@openssh.com {}",
            Base64::encode_string(&blob[..cut])
        ));
    }
}

#[test]
fn tokens_with_claims() {
    for (payload, written, expires) in [
        (
            r#"{"iat":1759392862.5,"exp":1767168862}"#,
            Interval::exact(at("2025-10-02T08:14:22.5Z")),
            Expiry::At(at("2025-12-31T08:14:22Z")),
        ),
        // Valid from then on, and made by then: who issues a token for later makes it before.
        (
            r#"{"nbf":1759392862}"#,
            Interval::until(at("2025-10-02T08:14:22Z")),
            Expiry::Unknown,
        ),
        (
            r#"{"exp":-1}"#,
            Interval::UNKNOWN,
            Expiry::At(at("1969-12-31T23:59:59Z")),
        ),
        (
            r#"{"iat":4102444800}"#,
            Interval::exact(at("2100-01-01")),
            Expiry::Unknown,
        ),
    ] {
        let token = jwt(payload);
        assert_eq!(dates(&token), Some(("jwt", written, expires)), "{payload}");
        assert_eq!(dates(format!("Bearer {token}")), Some(("jwt", written, expires)));
        assert_eq!(dates(format!("ghs_995076_{token}")), Some(("jwt", written, expires)));
    }
    for payload in ["{}", "[]", r#"{"iat":"2025"}"#, r#"{"iat":1e300}"#, "not json"] {
        assert_eq!(dates(jwt(payload)), None, "{payload}");
    }
    // A token that only ends leaves its age open, and says what to do.
    assert!(read(jwt(r#"{"exp":1767168862}"#).as_bytes()).unwrap().better.is_some());
    assert!(read(jwt(r#"{"iat":1767168862}"#).as_bytes()).unwrap().better.is_none());
}

#[test]
fn paseto_footers() {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let footer = Base64UrlUnpadded::encode_string(br#"{"kid":"x","exp":"2026-01-01T00:00:00+00:00"}"#);
    assert_eq!(
        dates(format!("v4.local.AAAA.{footer}")),
        Some(("paseto", Interval::UNKNOWN, Expiry::At(at("2026-01-01"))))
    );
    for text in [
        "v4.local.AAAA",
        "v4.public.AAAA",
        "v9.public.AAAA",
        "v4.other.AAAA",
        "v4.local.AAAA.a.b",
    ] {
        assert_eq!(dates(text), None, "{text}");
    }
}

#[test]
fn signatures_that_are_good_for_a_time() {
    for (text, form, written, expires) in [
        (
            "sv=2025-01-05&ss=b&srt=sco&sp=rl&se=2027-03-01T00:00:00Z&st=2026-11-01T00:00:00Z&spr=https&sig=c2ln%3D",
            "azure-sas",
            Interval::exact(at("2026-11-01")),
            Expiry::At(at("2027-03-01")),
        ),
        (
            "?sv=2025-01-05&se=2027-03-01&sig=x",
            "azure-sas",
            Interval::UNKNOWN,
            Expiry::At(at("2027-03-01")),
        ),
        (
            "https://a.b/c?sv=1&se=2027-03-01T09:30Z&sig=x#part",
            "azure-sas",
            Interval::UNKNOWN,
            Expiry::At(at("2027-03-01T09:30:00Z")),
        ),
        (
            "BlobEndpoint=https://a.b/;SharedAccessSignature=sv=1&se=2027-03-01&sig=x;Other=1",
            "azure-sas",
            Interval::UNKNOWN,
            Expiry::At(at("2027-03-01")),
        ),
        (
            "SharedAccessSignature sr=a&sig=b&se=1767168862&skn=c",
            "azure-sas",
            Interval::UNKNOWN,
            Expiry::At(at("2025-12-31T08:14:22Z")),
        ),
        (
            "https://s/o?X-Goog-Date=20251002T081422Z&X-Goog-Expires=60&X-Goog-Signature=x",
            "presigned-url",
            Interval::exact(at("2025-10-02T08:14:22Z")),
            Expiry::At(at("2025-10-02T08:15:22Z")),
        ),
    ] {
        assert_eq!(dates(text), Some((form, written, expires)), "{text}");
    }
    for text in [
        "https://a.b/c?x=1&y=2",
        "a=b&sig=c",
        "https://a.b/?X-Amz-Date=20251002T081422Z&X-Amz-Expires=x",
        "?&%",
        "%%%&sig=%zz&se=%",
    ] {
        assert!(
            dates(text).is_none_or(|(_, written, expires)| written == Interval::UNKNOWN && expires == Expiry::Unknown),
            "{text}"
        );
    }
}

#[test]
fn tokens_of_providers() {
    let sentry = "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";
    assert_eq!(
        dates(sentry),
        Some((
            "sentry-token",
            Interval::exact(at("2025-11-24T04:55:20.125Z")),
            Expiry::Unknown
        ))
    );
    let azure = "ZEkkkk9n7lTcAtpsdMHmY3drBTEImLW8HbN77VWXbepixJqELd4AJQQJ99BC2AxrPhd1O36BAAAAAZDOIdUs";
    let month = |from, to| Interval::between(Some(at(from)), Some(at(to)));
    assert_eq!(
        dates(azure),
        Some((
            "azure-key",
            month("2025-03-01", "2025-03-31T23:59:59Z"),
            Expiry::Unknown
        ))
    );
    let december = azure.replacen("99BC", "99BL", 1);
    assert_eq!(dates(december).unwrap().1, month("2025-12-01", "2025-12-31T23:59:59Z"));
    assert_eq!(dates(azure.replacen("99BC", "99BM", 1)), None);
    let supabase = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6InVrZGJpeXZkc2dobXJnbXdrcGZ6Iiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImlhdCI6MTc2MDAwMDAwMCwiZXhwIjoyMDc1NTc2MDAwfQ.uF0caOCJtX8PVROLsEchEToXoVTe35-V95rW-fp-2U4";
    assert_eq!(
        dates(supabase),
        Some((
            "jwt",
            Interval::exact(at("2025-10-09T08:53:20Z")),
            Expiry::At(at("2035-10-09T20:53:20Z"))
        ))
    );
    for (hint, form) in [
        (
            "ODMyMTYzODk4NTAxMDM4MTY4NQ.HZLNAA.V_O6lDK1IdGJc8TAPlClcqol9mhevA7XhmT0Xe",
            "discord-token",
        ),
        (
            "PMAK-4a001cad9b4d83da241a10ed-9a41751d8fbe90e1852e33c29826d34724",
            "postman-key",
        ),
    ] {
        let evidence = read(hint.as_bytes()).unwrap();
        assert_eq!((evidence.source, evidence.rank), (form, Rank::Comment));
        assert!(evidence.written.is_exact());
    }
}

#[test]
fn dates_beside_values() {
    use envgate::rotation::{comment, git};
    let blame = String::from_utf8(sample("git-blame-porcelain.txt")).unwrap();
    let lines: Vec<(u32, Interval)> = git::blame(&blame, false)
        .iter()
        .map(|blame| (blame.line, blame.written))
        .collect();
    // The second line was written on the first of June and committed a day later.
    assert_eq!(
        lines,
        [
            (1, Interval::until(at("2025-01-01"))),
            (2, Interval::exact(at("2025-06-02")))
        ]
    );
    let annotated = String::from_utf8(sample("dotenv-annotated.env")).unwrap();
    let (first, second) = annotated.split_once("\n\n").unwrap();
    assert_eq!(comment::read(first).unwrap().written, Interval::exact(at("2025-10-02")));
    assert_eq!(comment::read(second).unwrap().expires, Expiry::At(at("2026-02-01")));
}

#[test]
fn undated_values_have_no_date() {
    for text in [
        "",
        "hunter2",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJ",
        "eyJ.eyJ.x",
        "a.b.c",
        "MIIhello",
        "-----BEGIN ",
        "LS0tLS1CRUdJTi",
        "ssh-ed25519 AAAA",
        "sntrys_",
        "sntrys_x_y",
    ] {
        assert_eq!(dates(text), None, "{text}");
    }
    assert_eq!(dates(b"\xFF\xFE"), None);
    assert_eq!(dates("a".repeat(2 << 20)), None);
    assert_eq!(public_id(b"AKIAIOSFODNN7EXAMPLe"), None);
    assert_eq!(public_id(br#"{"private_key_id":"not an id"}"#), None);
}

proptest::proptest! {
    #[test]
    fn no_value_makes_it_panic(text in "(v4\\.public\\.|eyJhbGciOiJIUzI1NiJ9\\.|ssh-ed25519-cert-v01@openssh.com |MII|sntrys_|\\?se=|-----BEGIN CERTIFICATE-----|)[ -~]{0,120}", bytes: Vec<u8>) {
        let _ = (read(text.as_bytes()), read(&bytes), public_id(text.as_bytes()));
    }

    #[test]
    fn no_der_makes_it_panic(bytes: Vec<u8>) {
        use base64ct::{Base64, Encoding};
        let mut der = vec![0x30, 0x82, 0x01, 0x00, 0x30];
        der.extend(bytes);
        let _ = read(Base64::encode_string(&der).as_bytes());
    }
}
