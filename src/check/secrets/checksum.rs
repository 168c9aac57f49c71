//! Checksums that providers put into their tokens, as far as they are known.
//!
//! A checksum that matches proves that a provider issued the token. One that doesn't match proves little, since few providers document what
//! goes into it: it lowers the severity of a diagnostic, but hides nothing.

/// How a token carries its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// None, or none that is known.
    None,
    /// CRC-32 of what is between prefix and checksum, in six digits of base 62 (GitHub, npm).
    Crc32Base62,
    /// CRC-32 of everything before it, in seven digits of base 36 (GitLab).
    Crc32Base36,
    /// CRC-32 of what is between prefix and checksum, in hex (Cloudflare).
    Crc32Hex,
    /// CRC-32 of everything before the last `_`, in hex, little-endian (Grafana).
    Crc32HexLittle,
    /// CRC-32 of everything before it, in upper-case hex (Atlassian).
    Crc32HexUpper,
    /// CRC-16 (XMODEM) of the decoded bytes, appended to them (NATS).
    Crc16,
    /// Bech32 (age).
    Bech32,
    /// Marvin32 of the decoded bytes, appended to them (Azure Storage and Cosmos DB).
    Marvin,
    /// A macaroon of pypi.org.
    Macaroon,
    /// The name of a host followed by `$`, in base64 (Clerk).
    Host,
    /// A JSON object in base64 (1Password).
    Json,
    /// A number in base64 (Discord).
    Snowflake,
}

/// Whether the checksum matches; `None` if there is none.
pub(super) fn fits(checksum: Checksum, token: &[u8], lead: usize) -> Option<bool> {
    let fits = match checksum {
        Checksum::None => return None,
        Checksum::Crc32Base62 => {
            let (body, sum) = token[lead..].split_at_checked(token.len().checked_sub(lead + 6)?)?;
            digits(crc32(body), 62, sum)
        }
        Checksum::Crc32Base36 => {
            let (body, sum) = token.split_at_checked(token.len().checked_sub(7)?)?;
            digits(crc32(body), 36, sum)
        }
        Checksum::Crc32Hex => {
            let (body, sum) = token[lead..].split_at_checked(token.len().checked_sub(lead + 8)?)?;
            hex(crc32(body), sum)
        }
        Checksum::Crc32HexLittle => {
            let (body, sum) = token.split_at_checked(token.len().checked_sub(8)?)?;
            hex(crc32(&body[..body.len() - 1]).swap_bytes(), sum)
        }
        Checksum::Crc32HexUpper => {
            let (body, sum) = token.split_at_checked(token.len().checked_sub(8)?)?;
            hex(crc32(body), sum)
        }
        Checksum::Crc16 => {
            let decoded = sextets(token, 5, &base32)?;
            let (body, sum) = decoded.split_at_checked(decoded.len().checked_sub(2)?)?;
            crc16(body).to_le_bytes() == *sum
        }
        Checksum::Bech32 => bech32(token),
        Checksum::Marvin => {
            let decoded = sextets(token, 6, &base64)?;
            let (body, sum) = decoded.split_at_checked(decoded.len().checked_sub(4)?)?;
            let seeds: [&[u8; 8]; 3] = [b"Default0", b"MastRW00", b"MastRO00"];
            seeds
                .iter()
                .any(|seed| marvin32(u64::from_be_bytes(**seed), body).to_le_bytes() == *sum)
        }
        Checksum::Macaroon => {
            // Version 2, whose first field is the location: type 1, length 8, `pypi.org`.
            let decoded = sextets(&token[5..], 6, &base64)?;
            decoded.starts_with(b"\x02\x01\x08pypi.org\x02") && decoded.len() > 48 && ends_with_signature(&decoded)
        }
        Checksum::Host => {
            let decoded = sextets(&token[lead..], 6, &base64)?;
            matches!(decoded.split_last(), Some((b'$', host)) if !host.is_empty()
                && host.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)))
        }
        Checksum::Json => {
            let decoded = sextets(&token[lead - 3..], 6, &base64)?;
            decoded.starts_with(b"{\"") && decoded.trim_ascii_end().ends_with(b"}")
        }
        Checksum::Snowflake => {
            let id = token.split(|byte| *byte == b'.').next()?;
            let id = sextets(id, 6, &base64)?;
            (17..=20).contains(&id.len()) && id.iter().all(u8::is_ascii_digit)
        }
    };
    Some(fits)
}

/// Whether a macaroon ends with its signature: the end of the caveats, type 6, 32 bytes.
fn ends_with_signature(macaroon: &[u8]) -> bool {
    macaroon.len() > 35 && macaroon[macaroon.len() - 35..].starts_with(b"\x00\x06\x20")
}

/// Whether `text` is `number` in that base, zero-padded.
fn digits(mut number: u32, base: u32, text: &[u8]) -> bool {
    for digit in text.iter().rev() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'Z' if base == 62 => digit - b'A' + 10,
            b'a'..=b'z' if base == 62 => digit - b'a' + 36,
            b'a'..=b'z' => digit - b'a' + 10,
            _ => return false,
        };
        if u32::from(value) != number % base {
            return false;
        }
        number /= base;
    }
    number == 0
}

/// Whether `text` is `number` in eight hexadecimal digits.
fn hex(mut number: u32, text: &[u8]) -> bool {
    text.iter().rev().all(|digit| {
        let value = (*digit as char).to_digit(16);
        let same = value == Some(number % 16);
        number /= 16;
        same
    })
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            (crc << 1) ^ (0x1021 & (crc >> 15).wrapping_neg())
        })
    })
}

/// Decodes digits of `bits` bits each to bytes, dropping padding and left-over bits.
fn sextets(text: &[u8], bits: u32, value: &dyn Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0_u32, 0);
    for digit in text.iter().take_while(|digit| **digit != b'=') {
        held = (held << bits | u32::from(value(*digit)?)) & 0xFFFF;
        count += bits;
        if count >= 8 {
            count -= 8;
            decoded.push((held >> count) as u8);
        }
    }
    Some(decoded)
}

fn base32(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'2'..=b'7' => Some(digit - b'2' + 26),
        _ => None,
    }
}

/// Decodes a digit of either base64 alphabet.
fn base64(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Whether a Bech32 text has a valid checksum (a remainder of one), in either case.
fn bech32(text: &[u8]) -> bool {
    const DIGITS: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let Some(one) = text.iter().rposition(|byte| *byte == b'1') else {
        return false;
    };
    let (name, data) = (text[..one].to_ascii_uppercase(), text[one + 1..].to_ascii_uppercase());
    let mut sum = 1_u32;
    let mut feed = |value: u8| {
        let top = sum >> 25;
        sum = (sum & 0x01FF_FFFF) << 5 ^ u32::from(value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    };
    // The name counts in lower case, even if the text is in upper case.
    for byte in &name {
        feed(byte.to_ascii_lowercase() >> 5);
    }
    feed(0);
    for byte in &name {
        feed(byte.to_ascii_lowercase() & 31);
    }
    for byte in &data {
        match DIGITS.iter().position(|digit| digit == byte) {
            Some(value) => feed(value as u8),
            None => return false,
        }
    }
    sum == 1
}

/// Marvin32 as used in Azure's keys: both halves of the state, combined by XOR.
fn marvin32(seed: u64, bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let mut mix = |word: u32| {
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
        (low, high)
    };
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        mix(u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    }
    let last = words
        .remainder()
        .iter()
        .rev()
        .fold(0x80, |word, byte| word << 8 | u32::from(*byte));
    mix(last);
    let (low, high) = mix(0);
    low ^ high
}
