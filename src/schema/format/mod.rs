//! `format`: the formats of JSON Schema 2020-12, and further ones that environment variables need.
//!
//! Each is a small recogniser for the grammar in its RFC, linear and without allocation. Where the standard says
//! "should", the stricter reading is taken: a gate that accepts a doubtful value has not checked it. A format accepts
//! the same in every build; the general engine is given these functions in place of its own.

mod encoding;
mod hostname;
mod network;
mod text;
mod time;
mod uri;

#[cfg(test)]
mod tests;

use crate::schema::pattern;

/// A named format of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Format {
    /// RFC 3339 section 5.6, `date-time`.
    DateTime,
    /// RFC 3339 section 5.6, `full-date`.
    Date,
    /// RFC 3339 section 5.6, `full-time`.
    Time,
    /// RFC 3339 appendix A, `duration`.
    Duration,
    /// RFC 5321 section 4.1.2, `Mailbox`.
    Email,
    /// RFC 6531, `Mailbox` with characters beyond ASCII.
    IdnEmail,
    /// RFC 1123 section 2.1, with the A-labels of RFC 5890.
    Hostname,
    /// RFC 5890 section 2.3.2.3, without the mappings of UTS 46.
    IdnHostname,
    /// RFC 2673 section 3.2, `dotted-quad`.
    Ipv4,
    /// RFC 4291 section 2.2.
    Ipv6,
    /// RFC 3986, `URI`.
    Uri,
    /// RFC 3986, `URI-reference`.
    UriReference,
    /// RFC 3987, `IRI`.
    Iri,
    /// RFC 3987, `IRI-reference`.
    IriReference,
    /// RFC 4122 section 3.
    Uuid,
    /// RFC 6570.
    UriTemplate,
    /// RFC 6901 section 5.
    JsonPointer,
    /// draft-bhutton-relative-json-pointer-00.
    RelativeJsonPointer,
    /// ECMA-262, a pattern with the flag `u`. Names of Unicode properties are not looked up.
    Regex,
    /// 1 to 65535, in decimal without a leading zero.
    Port,
    /// The address of a service: a hostname or an IP address. Labels may hold underscores, as names of Compose services
    /// do.
    Host,
    /// `host:port`, with an IPv6 address in brackets.
    HostPort,
    /// A URI with the scheme http or https and a host.
    HttpUrl,
    /// A URI with the scheme https and a host.
    HttpsUrl,
    /// The address of a database or a broker, as drivers accept it: a URI whose authority may list several hosts,
    /// separated by commas, or one after `jdbc:`, the rest of which each driver reads in its own way.
    ConnectionUrl,
    /// Semantic Versioning 2.0.0.
    Semver,
    /// RFC 7468, one or more blocks. Line ends may be spaces or a literal `\n`, for loaders that need the value on one
    /// line.
    Pem,
    /// RFC 7519 in compact form, signed: three base64url parts. The signature is not verified.
    Jwt,
    /// RFC 8259.
    Json,
    /// RFC 4648 section 4, padding optional.
    Base64,
    /// RFC 4648 section 5, padding optional.
    Base64Url,
    /// An even number of hexadecimal digits.
    Hex,
}

/// A row of the table of formats. Rows are in the order of the variants.
struct Row {
    format: Format,
    name: &'static str,
    description: &'static str,
    is_match: fn(&str) -> bool,
}

macro_rules! rows {
    ($($format:ident $name:literal $description:literal $is_match:expr;)*) => {
        const ROWS: &[Row] = &[$(Row {
            format: Format::$format,
            name: $name,
            description: $description,
            is_match: $is_match,
        }),*];

        impl Format {
            /// All formats: the standard's, then ours.
            pub const ALL: &[Format] = &[$(Format::$format),*];
        }
    };
}

rows! {
    DateTime "date-time" "a date and time with an offset, such as 2026-11-20T08:30:00Z" time::is_date_time;
    Date "date" "a date, such as 2026-11-20" time::is_date;
    Time "time" "a time with an offset, such as 08:30:00Z" time::is_time;
    Duration "duration" "a duration, such as P90D or PT48H" time::is_duration;
    Email "email" "an e-mail address, such as name@example.com" network::is_email;
    IdnEmail "idn-email" "an e-mail address, such as name@example.com" network::is_idn_email;
    Hostname "hostname" "a hostname, such as db.example.com" hostname::is_hostname;
    IdnHostname "idn-hostname" "a hostname, such as db.example.com" hostname::is_idn_hostname;
    Ipv4 "ipv4" "an IPv4 address, such as 192.0.2.1" network::is_ipv4;
    Ipv6 "ipv6" "an IPv6 address, such as 2001:db8::1" network::is_ipv6;
    Uri "uri" "a URL with a scheme, such as https://example.com" uri::is_uri;
    UriReference "uri-reference" "a URL or a path, such as /login" uri::is_uri_reference;
    Iri "iri" "a URL with a scheme, such as https://example.com" uri::is_iri;
    IriReference "iri-reference" "a URL or a path, such as /login" uri::is_iri_reference;
    Uuid "uuid" "a UUID, such as 123e4567-e89b-12d3-a456-426614174000" text::is_uuid;
    UriTemplate "uri-template" "a URI template, such as https://example.com/{id}" uri::is_uri_template;
    JsonPointer "json-pointer" "a JSON Pointer, such as /users/0" text::is_json_pointer;
    RelativeJsonPointer "relative-json-pointer" "a relative JSON Pointer, such as 1/name" text::is_relative_json_pointer;
    Regex "regex" "a regular expression, such as ^[a-z]+$" pattern::is_ecma_regex;
    Port "port" "a port from 1 to 65535" network::is_port;
    Host "host" "a hostname or an IP address" network::is_host;
    HostPort "host-port" "a host and a port, such as redis:6379" network::is_host_port;
    HttpUrl "http-url" "a URL that begins with http:// or https://" uri::is_http_url;
    HttpsUrl "https-url" "a URL that begins with https://" uri::is_https_url;
    ConnectionUrl "connection-url" "a URL of a database or a broker, such as postgres://a:5432,b:5432/app or jdbc:…" uri::is_connection_url;
    Semver "semver" "a semantic version, such as 1.4.0" text::is_semver;
    Pem "pem" "a PEM block, from -----BEGIN …----- to -----END …-----" encoding::is_pem;
    Jwt "jwt" "a JSON Web Token: three parts in base64url with dots between" encoding::is_jwt;
    Json "json" "JSON" text::is_json;
    Base64 "base64" "base64" encoding::is_base64;
    Base64Url "base64url" "base64url" encoding::is_base64url;
    Hex "hex" "an even number of hexadecimal digits" encoding::is_hex;
}

impl Format {
    /// Returns the format with that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Format> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.format)
    }

    /// Returns its name in a schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns what a value must be, with an article and an example, as a phrase to follow "must be".
    #[must_use]
    pub fn description(self) -> &'static str {
        self.row().description
    }

    /// Returns whether a text is of this format.
    #[must_use]
    pub fn is_match(self, text: &str) -> bool {
        (self.row().is_match)(text)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}
