//! Values that are placeholders, and values that aren't.

use super::*;

/// Placeholders in secret keys.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "CHANGEME",
    "change-me",
    "change_me",
    "ChangeMe123",
    "changeme-please",
    "dev-secret-key-change-in-production",
    "your-api-key-here",
    "your_secret_key",
    "YOUR_API_KEY",
    "your-256-bit-secret",
    "<your-key>",
    "<secret>",
    "<YOUR API KEY>",
    "xxx",
    "XXXX",
    "xxxxxxxxxxxxxxxx",
    "sk_live_xxxxxxxxxxxx",
    "xxxx-xxxx-xxxx",
    "todo",
    "TODO",
    "TBD",
    "FIXME",
    "replace-me",
    "replaceme",
    "REPLACE_ME",
    "replace-with-real-key",
    "example",
    "dummy",
    "secret123",
    "password",
    "Password1",
    "passw0rd",
    "secret",
    "supersecret",
    "super-secret-jwt-key",
    "my-secret-key",
    "mysecretpassword",
    "test",
    "test-key",
    "admin",
    "root",
    "postgres",
    "minioadmin",
    "letmein",
    "qwerty",
    "hunter2",
    "12345678",
    "000000",
    "none",
    "null",
    "undefined",
    "placeholder",
    "{{ SECRET }}",
    "__SECRET_KEY__",
    "insert-key-here",
    "put your key here",
    "***",
    "django-insecure-x8$k2@v9q1!p",
    "changeit",
    "not-for-production-9f86d081884c",
    "postgres://postgres:postgres@localhost/db",
    "mysql://root:root@db:3306/app",
    "amqp://guest:guest@mq:5672",
    "redis://:changeme@redis:6379/0",
    "https://minioadmin:minioadmin@s3.local",
    "postgresql://app:password@db/app",
    "postgres://user:<password>@host/db",
    "mongodb://admin:admin@mongo",
    "postgres://app:your-password-here@db/app",
    "keep-it-secret",
    "some-very-long-secret",
    "ENTER_KEY",
    "ask-your-admin",
    "[REDACTED]",
    "tbd",
    "asdf",
    "asdfasdf",
    "pleasechange",
    "ChangeThisInProduction",
    "!ChangeThisMercureHubJWTSecretKey!",
    "YourSuperSecretKeyThatIsAtLeast32CharactersLong!",
    "generate-a-long-random-string",
    "openssl rand -hex 32",
    "s3cr3t",
    "p@55w0rd",
    "FixMe",
    "PostgreSQL",
    "wh_your_webhook_secret",
    "AIza_your_youtube_key",
    "AIzaSy...",
    "gsk_...",
    "sk-proj-xxxx",
    "sk_SUA_CHAVE_SERVER_AQUI",
    "seu_secret_aqui",
    "tu_clave_aqui",
    "fake-key-for-tests",
    "not-a-real-key",
    "generate-with-openssl-rand-base64-32",
    "keyboard cat",
    "lorem-ipsum",
    concat!("AK", "IAIOSFODNN7EXAMPLE"),
    concat!("wJalrXUtnFEMI", "/K7MDENG/bPxRfiCYEXAMPLEKEY"),
];

/// Real values in secret keys, none of which may be called a placeholder.
const REAL: &[&str] = &[
    "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=",
    "9f86d081884c7d659a2feaa0c55ad015",
    "hR4v!kPz",
    "correct horse battery staple",
    concat!("sk_", "live_51H8xYzKl2mN4oP6qR8sT0uV"),
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    concat!("AK", "IAIOSFODNN7QXAMPLE"),
    concat!("gh", "p_16C7e42F292c6912E7710c838347Ae178B4a"),
    concat!("xo", "xb-17653672481-19874698323-pdFZKVeTuE8sk7oOHcbrzqgy"),
    "whsec_Kx7hT2mQ9vRz",
    "guard-your-castle-at-9-bells",
    "aB3_your_x9Qz7",
    "84917362",
    "tr0ub4dor&3",
    "Zx9-_q2W",
    "e3b0c44298fc1c149afb",
    "SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf",
    "eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IBi7yGMvO9k",
    "postgres://app:hR4v!kPz@db.internal:5432/app",
    "redis://:9f86d081884c7d65@redis:6379/0",
    "postgresql://app@db/app",
    "https://hooks.example.com/examples/9f86d081",
    "mysql://svc_orders:Wq8Zt5Lm@db.example.com/orders",
    "-----BEGIN PRIVATE KEY-----",
    "mahogany-otter-rivet-canyon",
    "Tr3nchc0at!Umbrella",
    "testament9xk2Lq",
    "secretariat-Vb8qZ2",
    "k3y-7Hq2mZ9x",
    "pass-Vx82kLm1Qz",
    "production-9f86d081884c7d659a2f",
    "dev_8d1fQz72LmXw",
    "a1b2c3d4e5f6a7b8",
    "Pa55-Kx7hT2mQ9v",
    "token-4Zx8Qm2L",
    "3xTpLq-92",
    "exampled-42Zq",
    "xK9xx",
    "Lxxx9q",
    "user-Kd82Lq0z",
    "mypasswordisverysecureQx7",
    "B4se64+/==Zq",
    "0f0f1e2d3c4b5a69",
    "live_Qz81LmXw0Kd7",
    "key-8dK2mQzL",
    "4s7t",
    "inTheYearOf2525",
];

/// Real values in keys that hold no secret.
const PLAIN: &[&str] = &[
    "8000",
    "localhost",
    "production",
    "postgres",
    "admin",
    "test",
    "example",
    "https://example.com",
    "https://api.example.com/examples/1",
    "http://localhost:3000",
    "INFO",
    "true",
    "todo",
    "todo-app",
    "Your account is ready",
    "Change me if you like",
    "redis",
    "user",
    "0.0.0.0",
    "noreply@example.com",
    "gpt-4",
    "default",
    "a,b,c",
    "/var/log/app.log",
    "{\"a\":1}",
    "<p>hi</p>",
    "max",
    "fox",
    "linux",
    "...and more",
    "none",
    "secret",
    "tbd",
    "[1,2]",
    "100%",
    "xx",
    "password",
    "us-east-1",
    "demo",
    "your",
    "yours-truly",
    "dev",
];

/// Placeholders in keys that hold no secret.
const PLAINLY: &[&str] = &[
    "changeme",
    "<your-host>",
    "your-domain-here",
    "https://your-project.convex.cloud",
    "CHANGE_ME",
    "replace-me.example.com",
    "TBD",
    "{{ host }}",
    "your-project-id",
    "xxx",
    "postgres://postgres:postgres@localhost/db",
    "https://<host>/",
    "__HOST__",
    "placeholder",
    "!ChangeMe!",
    "ChangeThisLater",
];

#[test]
fn placeholders_are_found_in_secrets() {
    assert!(PLACEHOLDERS.len() >= 60);
    for text in PLACEHOLDERS {
        assert!(find(text.as_bytes(), true).is_some(), "{text}");
    }
}

#[test]
fn real_secrets_are_accepted() {
    assert!(REAL.len() + PLAIN.len() >= 60);
    for text in REAL {
        assert_eq!(find(text.as_bytes(), true), None, "{text}");
    }
}

#[test]
fn other_keys_report_only_obvious_placeholders() {
    for text in PLAIN {
        assert_eq!(find(text.as_bytes(), false), None, "{text}");
    }
    for text in PLAINLY {
        assert!(may_be(text.as_bytes()), "{text}");
        assert!(find(text.as_bytes(), false).is_some(), "{text}");
    }
}

#[test]
fn any_bytes_are_accepted() {
    for bytes in [
        &b"\xFF"[..],
        b"://",
        b"://@",
        b"://:@",
        b"<",
        b"<>",
        b"_",
        b"%",
        b"x",
        b"{{}}",
        &[b'a'; 300],
    ] {
        let _ = (find(bytes, true), find(bytes, false));
    }
}
