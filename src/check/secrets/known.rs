//! Well-known values: examples in documentation, defaults of emulators, test credentials that always succeed.
//!
//! They are not secrets, so they can't be leaked, but production that uses one is open. They are stored as length and hash, so that no
//! secret scanner reports this file.

/// Length, first byte and FNV-1a hash.
const WELL_KNOWN: &[(usize, u8, u64)] = &[
    // jwt.io default HMAC secret
    (19, b'y', 0x503D_68E8_0A77_D6B7),
    // AWS documentation example id
    (20, b'A', 0x0E62_7699_B983_76D0),
    // Stripe documentation test key
    (32, b's', 0xDDD1_9C48_6D09_5D84),
    // Cloudflare Turnstile always-fail test secret
    (35, b'2', 0x321C_3DA8_70F1_D96F),
    // Cloudflare Turnstile always-pass test secret
    (35, b'1', 0x6269_0921_E629_41CA),
    // Cloudflare Turnstile token-already-spent test secret
    (35, b'3', 0xC3FD_B7B8_8FB1_1EB0),
    // AWS documentation example secret
    (40, b'w', 0x7699_C294_BEEB_AD32),
    // reCAPTCHA v2 test secret (always passes)
    (40, b'6', 0xC9B6_9149_9B62_E847),
    // Supabase CLI local default secret key
    (41, b's', 0xCA7B_C7DC_C508_5826),
    // hCaptcha test secret
    (42, b'0', 0x3DF7_D604_53ED_C475),
    // Supabase CLI local default publishable key
    (46, b's', 0x32A9_86FF_2A1C_CD03),
    // Supabase local JWT secret
    (55, b's', 0x8F8A_06BB_EBC2_DBEA),
    // Azurite / storage emulator account key
    (88, b'E', 0x3F9D_1C99_6E62_0B67),
    // Cosmos DB emulator key
    (88, b'C', 0x9F19_20C6_CD48_4714),
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
    may_be_well_known(value) && {
        let hash = value.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
        });
        WELL_KNOWN.contains(&(value.len(), first, hash))
    }
}
