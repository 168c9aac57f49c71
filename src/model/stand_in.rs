//! Recognises values that stand for others: encrypted ones, and references to a secret manager.
//!
//! A loader passes them on as they are. What starts the program replaces them: `dotenvx run`, `sops exec-env`, `op run`. So in a file they
//! are values that can't be known here, like those that a manifest takes from a Secret; in the environment of a process they were forgotten.

use crate::parse::External;

use super::{Environment, Origin, Unknown, Value};

/// The minimum length of an encrypted value: a key and a checksum alone are longer.
const SHORTEST: usize = 64;

/// The maximum length of the name of a store or a parameter in a reference.
const LONGEST_NAME: usize = 256;

/// How references to secret managers begin: 1Password, Google (Spring and Berglas), Azure App Service, CloudFormation. Those of vals begin
/// with `ref+`.
const REFERENCES: [&[u8]; 5] = [
    b"op://",
    b"sm://",
    b"berglas://",
    b"@Microsoft.KeyVault(",
    b"{{resolve:",
];

/// Returns where the real value is, if a value begins as only one does that stands for another.
pub(crate) fn stand_in(value: &[u8]) -> Option<External> {
    // Two letters rule out nearly all values.
    match value.first_chunk()? {
        b"en" | b"EN" | b"{c" if is_encrypted(value) => Some(External::Encrypted),
        b"va" if is_of_vault(value) => Some(External::Manager),
        b"op" | b"re" | b"sm" | b"be" | b"@M" | b"{{" if is_reference(value) => Some(External::Manager),
        _ => None,
    }
}

/// Whether a value is encrypted, as dotenvx, SOPS, hiera-eyaml, Jasypt and Spring Cloud Config write it.
///
/// Each form is recognised by text that ends where another could begin, so that a value made of beginnings alone is read once.
fn is_encrypted(value: &[u8]) -> bool {
    let behind = |start: &str| {
        let text = value.strip_prefix(start.as_bytes())?;
        let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        Some(text.split_at(text.iter().take_while(is_base64).count()))
    };
    let is_closed = |start, end: &str| {
        behind(start).is_some_and(|(text, rest)| !text.is_empty() && rest.starts_with(end.as_bytes()))
    };
    let is_long = |start| behind(start).is_some_and(|(text, _)| text.len() >= SHORTEST);
    // After `{cipher}`, Spring may name the key: `{key:…}`.
    let is_of_spring = || behind("{cipher}").is_some_and(|(text, rest)| text.len() >= 32 || rest.starts_with(b"{"));
    is_closed("ENC[AES256_GCM,data:", ",iv:")
        || is_closed("ENC[PKCS7,", "]")
        || is_closed("ENC(", ")")
        || is_of_spring()
        || is_long("encrypted:")
        || is_long("enc:")
}

/// `vault:secret/data/app#KEY`, as Bank-Vaults writes it.
fn is_of_vault(value: &[u8]) -> bool {
    let Some(path) = value.strip_prefix(b"vault:") else {
        return false;
    };
    let end = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'#' | b':');
    let (path, rest) = path.split_at(path.iter().position(end).unwrap_or(path.len()));
    path.contains(&b'/') && rest.starts_with(b"#")
}

fn is_reference(value: &[u8]) -> bool {
    // `ref+awssecrets://`: the name of a store, and then a place in it.
    if let Some(store) = value.strip_prefix(b"ref+") {
        let name = store.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        return name > 0 && store[name..].starts_with(b"://");
    }
    let place = REFERENCES.iter().find_map(|start| value.strip_prefix(*start));
    place.is_some_and(|place| {
        let mut near = place.iter().take(LONGEST_NAME);
        place.first().is_some_and(u8::is_ascii_graphic) && near.any(|byte| b"/:=".contains(byte))
    })
}

impl Environment<'_> {
    /// Marks the values in files that stand for others as unknown, because the real values are elsewhere.
    #[must_use]
    pub(crate) fn without_stand_ins(mut self) -> Self {
        for variable in &mut self.variables {
            let (Origin::File { .. }, Value::Known(secret)) = (&variable.origin, &variable.value) else {
                continue;
            };
            let value = secret.expose();
            // What a reference inserts may stand anywhere.
            let places = if variable.references.is_empty() {
                0..value.len().min(1)
            } else {
                0..value.len()
            };
            if let Some(why) = places.into_iter().find_map(|at| stand_in(&value[at..])) {
                variable.value = Value::Unknown(Unknown::External(why));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Layer, ProcessEnvironment};
    use crate::parse::{self, dialect};
    use crate::source::SourceId;

    /// As `dotenvx encrypt` wrote it.
    const OF_DOTENVX: &str = "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi/LwWYEVUNiq0HISrslzQPaoyS8Lotg3gFWJTsNCdOWnqpjF2xNUX2RQiP05kAbEXM6MWVjDr";

    #[test]
    fn what_stands_for_another_is_recognised() {
        for value in [
            OF_DOTENVX,
            "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]",
            "ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAxggEhMIIBHQIBADAFMAACAQE]",
            "ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)",
            "{cipher}{key:k1}AQA=",
            "{cipher}682bc583f4641835fa2db009355293665d2647dade3375c0ee201de2a49f7bda",
        ] {
            assert_eq!(stand_in(value.as_bytes()), Some(External::Encrypted), "{value}");
        }
        for value in [
            "op://production/database/password",
            "ref+vault://secret/app#/PASSWORD",
            "ref+awssecrets://db/password?region=eu-central-1",
            "vault:secret/data/app#PASSWORD",
            "vault:secret/data/app#${.PASSWORD | urlquery}",
            "sm://project/db-password",
            "berglas://bucket/secret",
            "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db)",
            "{{resolve:secretsmanager:db:SecretString:password}}",
        ] {
            assert_eq!(stand_in(value.as_bytes()), Some(External::Manager), "{value}");
        }
    }

    #[test]
    fn what_stands_for_itself_is_not() {
        for value in [
            "",
            "encrypted",
            "encrypted:",
            "encrypted: yes",
            "enc:utf8",
            "ENC",
            "ENC[",
            "ENC()",
            "ENC(hunter2",
            "ENC(hunter 2)",
            "ENC[PKCS7,hunter2",
            "ENC[AES256_GCM,hunter2]",
            "{cipher}hunter2",
            "vault",
            "vault:8200",
            "vault:dev/a",
            "op",
            "op://",
            "ref+",
            "ref+erence",
            "ref+1=a/b",
            "vault:dev/a b#c",
            "sm://",
            "smtp://mail:25",
            "{}",
            "{\"a\":1}",
            "{{ name }}",
            "@scope/package",
            "opal",
            "redis://a:1",
            "eyJhbGciOi.e30.x",
            "bearer",
        ] {
            assert_eq!(stand_in(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn beginnings_without_an_end_are_read_once() {
        for start in [
            "vault:",
            "ref+",
            "ENC(",
            "ENC[PKCS7,",
            "enc:",
            "{cipher}",
            "@Microsoft.KeyVault(",
        ] {
            let value = start.repeat(1 << 17);
            let found = (0..value.len()).filter(|&at| stand_in(&value.as_bytes()[at..]).is_some());
            assert_eq!(found.count() > 0, start == "{cipher}", "{start}");
        }
    }

    #[test]
    fn only_files_hold_values_that_are_replaced_later() {
        let text = format!("A={OF_DOTENVX}\nB=op://v/i/f\nC=1\nD=postgres://u:${{A}}@h/d\nE=${{C}}\n");
        let document = parse::parse(text.as_bytes(), dialect::DEFAULT);
        let layers = [Layer {
            source: SourceId(0),
            text: text.as_bytes(),
            document: &document,
            dialect: dialect::DEFAULT,
        }];
        let process: ProcessEnvironment = [("P", "op://v/i/f")].into_iter().collect();
        let environment = Environment::resolve(&layers, &process).without_stand_ins();
        let known: Vec<bool> = (environment.variables.iter())
            .map(|one| matches!(one.value, Value::Known(_)))
            .collect();
        assert_eq!(known, [false, false, true, false, true, true]);
    }
}
