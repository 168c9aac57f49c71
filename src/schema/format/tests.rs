use super::Format;

#[test]
fn rows_stand_in_the_order_of_the_variants() {
    for (index, format) in Format::ALL.iter().enumerate() {
        assert_eq!(*format as usize, index);
        assert_eq!(super::ROWS[index].format, *format);
        assert_eq!(
            Format::find(format.name()),
            Some(*format),
            "two formats named {}",
            format.name()
        );
    }
    assert_eq!(Format::find("e-mail"), None);
}

#[track_caller]
fn judge(name: &str, yes: &[&str], no: &[&str]) {
    let format = Format::find(name).unwrap();
    for text in yes {
        assert!(format.is_match(text), "{name} refuses {text:?}");
    }
    for text in no {
        assert!(!format.is_match(text), "{name} accepts {text:?}");
    }
}

/// RFC 5893, as JSON Schema's own test suite has covered it since 2026.
#[test]
fn labels_are_read_one_way() {
    let yes = [
        "\u{5D0}\u{5D1}.com",
        "\u{5D0}1.\u{5D1}",
        "a1.b2c",
        "0a.com",
        "\u{628}\u{64A}\u{200C}\u{628}\u{64A}",
        "\u{915}\u{94D}\u{200C}\u{937}",
        "\u{627}\u{64E}",
    ];
    let no = [
        "0a.\u{5D0}",
        "0\u{627}",
        "a\u{5D0}",
        "\u{5D0}a",
        "\u{5D0}0\u{660}",
        "xn--0ca24w",
        "x\u{200C}y",
        "\u{915}\u{94D}\u{200C}\u{937}x\u{200C}y",
    ];
    judge("idn-hostname", &yes, &no);
    judge(
        "hostname",
        &["0a.com", "xn--4dbcagdahymbxekheh6e0a7fei0b.com"],
        &["xn--0ca24w", "0a.xn--4db"],
    );
}

#[test]
fn ports() {
    judge(
        "port",
        &["1", "80", "65535"],
        &[
            "",
            "0",
            "080",
            "65536",
            "+80",
            "-1",
            "80 ",
            "8e1",
            "٨٠",
            "99999999999999999999",
        ],
    );
}

#[test]
fn hosts() {
    let no = [
        "",
        "a b",
        "-a",
        "a-",
        "a..b",
        "a.",
        "a.b..",
        "10.0.0.1.",
        "http://a",
        "a:80",
        "256.0.0.1",
        "1.2.3",
        "12",
        "[::1]",
        "é",
        "a/b",
    ];
    judge(
        "host",
        &[
            "redis",
            "db_1",
            "my-db.internal",
            "db.prod.svc.cluster.local.",
            "10.0.0.1",
            "::1",
            "localhost",
            "3com.com",
            "0.0.0.0",
        ],
        &no,
    );
    judge(
        "host-port",
        &["redis:6379", "10.0.0.1:80", "[::1]:443", "my_db:1"],
        &[
            "redis",
            "redis:",
            ":80",
            "redis:0",
            "::1:80",
            "[::1]",
            "[a]:80",
            "redis:65536",
            "1.2.3.400:80",
            "a:b:80",
        ],
    );
}

#[test]
fn urls() {
    judge(
        "http-url",
        &["http://a", "HTTPS://a.b:80/c?d#e", "http://[::1]/"],
        &["ftp://a", "http:", "http:///a", "http://a b", "//a", "http://:80"],
    );
    judge(
        "https-url",
        &["https://a", "https://user:pw@a/"],
        &["http://a", "https:/a", "https://", "xhttps://a", "https://é"],
    );
}

#[test]
fn connections() {
    judge(
        "connection-url",
        &[
            "postgres://u:p@db:5432/app?sslmode=require",
            "mongodb://u:p@a:27017,b:27017,c/app?replicaSet=rs0",
            "mongodb+srv://u:p@a.example.net/",
            "postgresql:///app?host=/var/run/postgresql",
            "redis://[::1]:6379,[::2]:6379",
            "jdbc:sqlserver://db\\a;databaseName=app",
            "jdbc:oracle:thin:@//db:1521/app",
        ],
        &[
            "",
            "db:5432",
            "postgres:app",
            "jdbc:",
            "jdbc:h2:",
            "jdbc:oracle:a b",
            "mongodb://u:p@a:27017,b:port/app",
            "postgres://u:p#w@db/app",
            "postgres://u:p@w@db/app",
            "amqp://u:p@a:5672,amqp://u:p@b:5672",
        ],
    );
}

#[test]
fn versions() {
    judge(
        "semver",
        &[
            "0.0.0",
            "1.2.3",
            "1.0.0-alpha.1",
            "1.0.0-0A.is.legal",
            "1.0.0+001",
            "1.0.0--",
            "1.0.0-a+b.c-d",
            "99999999999999999999.0.0",
        ],
        &[
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.03",
            "v1.2.3",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.3+",
            "1.2.3+a+b",
            "1.2.x",
            "1.2.3-é",
        ],
    );
}

#[test]
fn encodings() {
    judge("hex", &["00", "aF09"], &["", "0", "0x00", "0g", "é"]);
    judge(
        "base64",
        &["AA", "AAA", "AAAA", "AA==", "AAA=", "+/+/"],
        &[
            "", "A", "AAAAA", "AA=", "A===", "=", "====", "AA==AA", "-_-_", "AA A", "AAAA=",
        ],
    );
    judge("base64url", &["AA", "-_-_", "AA=="], &["", "+/+/", "A"]);
    judge(
        "jwt",
        &["eyJhbGciOiJIUzI1NiJ9.e30.c2ln"],
        &[
            "",
            "eyJhbGciOiJIUzI1NiJ9.e30.",
            "eyJhbGciOiJIUzI1NiJ9.e30",
            "a.b.c",
            "eyJ9.e30.c2ln.x",
            "eyJ9.e30.c2l=",
            "xxJ9.e30.c2ln",
        ],
    );
}

#[test]
fn pem_blocks() {
    let block = "-----BEGIN PRIVATE KEY-----\nMIIB\nAAAA\n-----END PRIVATE KEY-----";
    let folded = block.replace('\n', r"\n");
    let spaced = block.replace('\n', " ");
    let crlf = block.replace('\n', "\r\n");
    let chain = format!("{block}\n\n{block}\n");
    let ended = format!("{folded}\\n");
    let encrypted = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIB\n-----END RSA PRIVATE KEY-----";
    let folded_encrypted = encrypted.replace('\n', r"\n");
    judge(
        "pem",
        &[
            block,
            &folded,
            &spaced,
            &crlf,
            &chain,
            &ended,
            encrypted,
            &folded_encrypted,
        ],
        &[],
    );
    judge(
        "pem",
        &[],
        &[
            "",
            "\n",
            "MIIB",
            "-----BEGIN A-----\n-----END A-----",
            "-----BEGIN A-----\nMIIB\n-----END B-----",
            "-----BEGIN A-----\nMIIB\n-----END A----",
            "-----BEGIN A-----\nMII!\n-----END A-----",
            "-----BEGIN A-----\nMIIBA\n-----END A-----",
            "-----BEGIN -----\nMIIB\n-----END -----",
            "-----BEGIN A-----\nMIIB",
            "x-----BEGIN A-----\nMIIB\n-----END A-----",
            "-----BEGIN A-----\nMIIB\n-----END A-----x",
            "-----BEGIN A-----\nM\\tIIB\n-----END A-----",
        ],
    );
}

#[test]
fn json_texts() {
    judge(
        "json",
        &["{}", "[1, 2]", "null", " \"a\" "],
        &["", "{", "{a:1}", "'a'", "1 2"],
    );
    judge("json", &[], &[&"[".repeat(1_000_000)]);
}

#[test]
fn regular_expressions_beyond_the_matcher_are_still_sound() {
    judge(
        "regex",
        &[
            "",
            "a(?=b)(?!c)(?<=d)(?<!e)",
            r"(a)\1",
            r"\1(a)",
            r"\k<a>(?<a>b)",
            r"\1+(a)",
            r"\p{Lu}",
            r"(?:\b)*",
        ],
        &[
            "(", r"\1", r"(a)\2", r"\k<a>", r"\k", "(?=a)*", "(?<=a)+", "a**", r"\8(a)", r"\a", "^(abc]",
        ],
    );
}
