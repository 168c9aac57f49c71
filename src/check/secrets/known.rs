//! Well-known values: examples in documentation, defaults of emulators and of programs that people host themselves, test credentials that always
//! succeed.
//!
//! They are not secrets, so they can't be leaked, but production that uses one is open. They are stored as length and hash, so that no
//! secret scanner reports this file.

/// Length, first byte and the lower half of the FNV-1a hash.
const WELL_KNOWN: &[(u8, u8, u32)] = &[
    // NetBox default Redis password
    (13, b'H', 0x7E33_0196),
    // one-time password example of the Key URI format
    (16, b'J', 0x9B0D_9C34),
    // NetBox default database password
    (16, b'J', 0x85CE_31AF),
    // jwt.io default HMAC secret
    (19, b'y', 0x0A77_D6B7),
    // AWS documentation example id
    (20, b'A', 0xB983_76D0),
    // Grafana default secret key
    (20, b'S', 0x0D76_559C),
    // NetBox default password of its cache
    (20, b't', 0x1FF4_8A91),
    // Cloudflare Turnstile test site key
    (24, b'1', 0x177C_BE22),
    // Cloudflare Turnstile test site key
    (24, b'2', 0xE3C6_4A50),
    // Cloudflare Turnstile test site key
    (24, b'1', 0x177E_C618),
    // Cloudflare Turnstile test site key
    (24, b'2', 0xE3C2_8DA7),
    // Cloudflare Turnstile test site key
    (24, b'3', 0x353B_703A),
    // MD5 of nothing
    (32, b'd', 0x2BDC_0404),
    // Stripe documentation test key
    (32, b's', 0x6D09_5D84),
    // MD5 of `password`
    (32, b'5', 0x949D_67FB),
    // MD5 of `secret`
    (32, b'5', 0xAE32_AAB6),
    // Infisical default encryption key
    (32, b'6', 0x4A1D_F170),
    // Evolution API default key
    (32, b'4', 0x261C_C8C5),
    // Plane default secret key of its live server
    (32, b'2', 0x5239_EDCA),
    // Typebot example encryption secret
    (32, b'd', 0x8411_DC94),
    // Typebot example encryption secret
    (32, b'H', 0xECDE_EE1C),
    // Trigger.dev example encryption key
    (32, b'a', 0x9551_C54E),
    // BookStack fallback key
    (32, b'A', 0xA85A_BF69),
    // Plane default secret key of its live server
    (34, b'h', 0x1C83_EEA4),
    // Cloudflare Turnstile always-fail test secret
    (35, b'2', 0x70F1_D96F),
    // Cloudflare Turnstile always-pass test secret
    (35, b'1', 0xE629_41CA),
    // Cloudflare Turnstile token-already-spent test secret
    (35, b'3', 0x8FB1_1EB0),
    // hCaptcha test site key
    (36, b'1', 0x3978_901B),
    // AWS documentation example secret
    (40, b'w', 0xBEEB_AD32),
    // reCAPTCHA v2 test secret (always passes)
    (40, b'6', 0x9B62_E847),
    // reCAPTCHA v2 test site key
    (40, b'6', 0xDE16_8D8C),
    // Supabase CLI local default secret key
    (41, b's', 0xC508_5826),
    // hCaptcha test secret
    (42, b'0', 0x53ED_C475),
    // Infisical default auth secret
    (44, b'5', 0xC182_C17B),
    // Supabase CLI local default publishable key
    (46, b's', 0x2A1C_CD03),
    // Dify default secret key
    (48, b's', 0x8EAA_8B6F),
    // Plane default secret key
    (50, b'6', 0xA614_3CC8),
    // Snipe-IT example key
    (51, b'b', 0xEF5B_0C1C),
    // Invoice Ninja example key
    (51, b'b', 0x3BD5_FD22),
    // Supabase local JWT secret
    (55, b's', 0xEBC2_DBEA),
    // NetBox default secret key
    (60, b'r', 0xCE17_8A43),
    // Laravel hash of `password`
    (60, b'$', 0x1813_4A24),
    // FastAPI documentation signing key
    (64, b'0', 0x5B4E_4337),
    // Flask documentation secret key
    (64, b'1', 0xDD4F_E44E),
    // SHA-256 of nothing
    (64, b'e', 0x05B4_C236),
    // SHA-256 of `password`
    (64, b'5', 0xD0EE_FD09),
    // SHA-256 of `secret`
    (64, b'2', 0x833E_4C6E),
    // Supabase default secret for hosting it oneself
    (64, b'U', 0x8040_6F94),
    // Supabase default S3 secret for hosting it oneself
    (64, b'8', 0x7FB4_097F),
    // Azurite / storage emulator account key
    (88, b'E', 0x6E62_0B67),
    // Cosmos DB emulator key
    (88, b'C', 0xCD48_4714),
    // Maybe default secret
    (128, b'a', 0xFCA0_2F44),
    // Huginn default secret token
    (128, b'3', 0xC01C_9219),
    // Supabase CLI anon key
    (153, b'e', 0x32E2_522D),
    // jwt.io example
    (155, b'e', 0x422C_BEA3),
    // Supabase CLI service role key
    (164, b'e', 0x3907_6711),
    // jwt.io example
    (172, b'e', 0xC699_17AD),
    // Supabase demo anon key for hosting it oneself
    (212, b'e', 0x210F_8A39),
    // Supabase demo service role key for hosting it oneself
    (223, b'e', 0xF126_CF3A),
];

/// The lengths of these values modulo 64, as bits, by the last five bits of the first byte.
static LENGTHS: [u64; 32] = {
    let mut lengths = [0; 32];
    let mut at = 0;
    while at < WELL_KNOWN.len() {
        let (length, first, _) = WELL_KNOWN[at];
        lengths[(first & 31) as usize] |= 1 << (length & 63);
        at += 1;
    }
    lengths
};

/// Whether a value may be one of them, judging by its length and first byte.
pub(in crate::check) fn may_be_well_known(value: &[u8]) -> bool {
    let first = value.first().copied().unwrap_or_default();
    LENGTHS[usize::from(first & 31)] >> (value.len() & 63) & 1 == 1
}

/// Whether a value is well known.
pub(in crate::check) fn is_well_known(value: &[u8]) -> bool {
    let Some(&first) = value.first() else { return false };
    value.len() <= 255 && may_be_well_known(value) && {
        let hash = value.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
        });
        WELL_KNOWN.contains(&(value.len() as u8, first, hash as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::is_well_known;

    #[test]
    fn examples_and_defaults_are_known() {
        for value in [
            concat!("1x000000000000", "00000000AA"),
            concat!("6LeIxAcTAAAAAJcZVRqy", "Hh71UMIEGNQ_MXjiZKhI"),
            concat!("09d25e094faa6ca2556c818166b7a956", "3b93f7099f6f0f4caa6cf63b88e8d3e7"),
            concat!("e3b0c44298fc1c149afbf4c8996fb924", "27ae41e4649b934ca495991b7852b855"),
            concat!("d41d8cd98f00b204", "e9800998ecf8427e"),
            concat!("5f4dcc3b5aa765d6", "1d8327deb882cf99"),
            concat!("5ebe2294ecd0e0f0", "8eab7690d2a6ee69"),
            concat!("5e884898da28047151d0e56f8dc62927", "73603d0d6aabbdd62a11ef721d1542d8"),
            concat!("JBSWY3DP", "EHPK3PXP"),
            concat!("6c1fe4e407b8911c", "104518103505b218"),
            concat!("5lrMXKKWCVocS/uerPsl7V", "+TX/aaUaI7iDkgl3tSmLE="),
            concat!("sk-9f73s3ljTXVcMT3Blb3lj", "TqtsKiGHXVcMT3BlbkFJLK7U"),
            concat!("UpNVntn3cDxHJpq99YMc1T1AQgQpc8kf", "YTuRgBiYa15BLrx8etQoXz3gZv1/u2oq"),
            concat!("850181e4652dd023b7a98c58ae0d2d34", "bd487ee0cc3254aed6eda37307425907"),
            concat!("429683C4C977415C", "AAFCCE10F7D57E11"),
            concat!("60gp0byfz2dvffa45cxl20p1s", "cy9xbpf6d8c5y0geejgkyp1b5"),
            concat!("htbqvBJAgpm9bzvf3", "r4urJer0ENReatceh"),
            concat!("2FiJk1U2aiVPEQtz", "LehYGlTSnTnrs7LW"),
            concat!("J5brHrAX", "FLQSif0K"),
            concat!("H733Kd", "jndks81"),
            concat!("t4Ph722qJ5", "QHeQ1qfu36"),
            concat!("r(m)9nLGnz$(_q3N4z1k(EFsMCjjjz", "x08x9VhNVcfd%6RF#r!6DE@+V5Zk2X"),
            concat!("do+UspMmB/rewbX2", "K/rskFmtgGSSZ8Ta"),
            concat!("H+KbL/OFrqbEuDy/", "1zX8bsPG+spXri3S"),
            concat!("ae13021afef0819c", "3a307ad487071c06"),
            concat!(
                "a7523c3d0ae56415046ad8abae168d71074a79534a7062258f8d1d51ac2f76d3",
                "c3bc86d86b6b0b307df30d9a6a90a2066a3fa9e67c5e6f374dbd7dd4e0778e13"
            ),
            concat!("base64:3ilviXqB9u6DX1NRcy", "WGJ+sjySF+H18CPDGb3+IVwMQ="),
            concat!("base64:RR++yx2rJ9kdxbdh3+", "AmbHLDQu+Q76i++co9Y8ybbno="),
            concat!("AbAZchsay4uBTU33", "RubBzLKw203yqSqr"),
            concat!(
                "3bd139f9186b31a85336bb89cd1a1337078921134b2f48e022fd09c234d764d3",
                "e19b018b2ab789c6e0e04a1ac9e3365116368049660234c2038dc9990513d49c"
            ),
            concat!("$2y$10$92IXUNpkjO0rOQ5byMi.Ye4", "oKoEa3Ro9llC/.og/at2.uheWG/igi"),
            concat!(
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
                ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
                ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
            ),
            concat!(
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
                ".eyAgCiAgICAicm9sZSI6ICJhbm9uIiwKICAgICJpc3MiOiAic3VwYWJhc2UtZGVtbyIsCiAgICAiaWF0IjogMTY0MTc2OTIwMCwKICAgICJleHAiOiAxNzk5NTM1NjAwCn0",
                ".dc_X5iR_VP_qT0zsiyj_I_OZ2T9FtRU2BBNWN8Bu4GE"
            ),
        ] {
            assert!(is_well_known(value.as_bytes()), "{value}");
            assert!(!is_well_known(&value.as_bytes()[1..]), "{value}");
        }
    }
}
