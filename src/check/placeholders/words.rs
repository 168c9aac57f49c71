//! Splits a value into words (`ChangeThis` has two), and knows words that make a placeholder.

use super::phrases;
use crate::name::has_end;

/// The maximum number of words that are searched for phrases.
pub(super) const MAX_WORDS: usize = 16;

/// The maximum number of digits among the words: `password123`, `secret-2024`. With more it may be a real key with a word in front.
pub(super) const MAX_DIGITS: usize = 6;

/// Words that never make a real secret, alone or written together. Sorted; a single text, since a list would take as much again for the places
/// of its words.
static DUMMY_WORDS: List = List::new(
    "\
    a abc above access admin airflow an and any anyone api app aqui asdf ask at auth autumn avery \
    bar base batman battery baz be best better bit bitnami bits bla blah blob bot but byte bytes \
    cafebabe cat cats change char character characters chars chave clave cle client code company contrasena cookie correct credential \
    credentials cron current custom \
    data database db deadbeef default demo dev development disabled django doc docker docs document dog dont dooper dragon dummy \
    duper \
    easy elastic email empty encrypted encryption enter exactly example \
    fake false filtered fine fix fixme foo foobared football for \
    geheim generate generated get ghp github gitlab glpat good google grafana guess guessed guest \
    hacker hard hash hasura hello here hex hidden homestead horse hunter \
    i iam id ignored ilove iloveyou im in insecure invalid ipsum is isa it its \
    jenkins just jwt \
    keep key keyboard keycloak kibana know knows \
    laravel least letmein lf live local localhost login long lorem love \
    made magic mail mariadb masked master me memcached min minio missing mock modified mongo monkey more most much must my mysql \
    n na nan never new next nextcloud nice nil ninja no nobody non none not nota notasecret ntn null \
    oauth of old only opensesame openssl oracle our ours outgoing \
    pass passphrase passw passwd passwort personal pg pk please pokemon postgres postgresql princess private prod production proj \
    public pw pwd \
    qaz qstash quux qux qweasdzxc qwerty qwertyuiop \
    rabbitmq rand random raspberry rd re read real really redacted redis refresh removed replace resend root rotate runner \
    safe sak salt sample secret secrets secure seed seeding segredo sendgrid senha sensitive server sesame session set seu shadow shh \
    shhh shhhhh signing simple site sk slack smtp some someone something spring sso stage staging staple startup starwars string \
    stripe strong sua summer sunshine supabase super superman system \
    tbd team tell tells temp temporal temporary test tester testing tests that the this tiger time tmp to todo token toor top true \
    trustno tu \
    ultra undefined unsafe unset unused up use user username using \
    vagrant valid value vault very votre \
    we web webhook website welcome what which who whsec will winter with word wordpress world write wsx \
    xoxb xoxp xxx xxxx xyz \
    yolo you your \
    zaq zxcvbn zxcvbnm",
);

/// The kind of each byte: a letter in either case (0 for `a`), a digit, or anything else.
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c.is_ascii_alphabetic() {
            kinds[byte] = c.to_ascii_lowercase() - b'a';
        } else if c.is_ascii_digit() {
            kinds[byte] = DIGIT;
        }
        byte += 1;
    }
    kinds
};
pub(super) const LETTERS: u8 = 26;
const DIGIT: u8 = 26;
const OTHER: u8 = 27;

/// Returns the letter that a byte is, 0 for `a`, or at least [`LETTERS`] if it isn't one.
pub(super) fn kind(byte: u8) -> u8 {
    KINDS[usize::from(byte)]
}

/// What a quick look at the words of a value shows.
pub(super) enum Glance {
    /// There are no words.
    Empty,
    /// No word can begin a phrase. This is true of most random values.
    Plain,
    /// Some word may begin a phrase.
    Telling,
}

/// Looks at the first [`MAX_WORDS`] words of a value; `None` if more than that are so short that only random text has them. A single pass
/// that extracts no word, since most values are random.
pub(super) fn glance(value: &[u8]) -> Option<Glance> {
    let (mut count, mut is_telling) = (0, false);
    let (mut before, mut kind_before) = (0, OTHER);
    for (at, &byte) in value.iter().enumerate() {
        let kind_here = kind(byte);
        if kind_here < LETTERS && (kind_before >= LETTERS || is_hump(before, byte)) {
            count += 1;
            if count > MAX_WORDS {
                if at < MAX_WORDS * 3 {
                    return None;
                }
                break;
            }
            is_telling |= value
                .get(at + 1)
                .is_some_and(|&next| phrases::may_begin(kind_here, kind(next)));
        }
        (before, kind_before) = (byte, kind_here);
    }
    Some(match count {
        0 => Glance::Empty,
        _ if is_telling => Glance::Telling,
        _ => Glance::Plain,
    })
}

/// Returns the words of a value: runs of letters, split where camel case begins a new word.
pub(super) fn words(mut value: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let start = value.iter().position(|&byte| kind(byte) < LETTERS)?;
        let run = &value[start..];
        let mut before = run[0];
        let goes_on = |&byte: &u8| {
            let is_next = kind(byte) >= LETTERS || is_hump(before, byte);
            before = byte;
            is_next
        };
        let (word, rest) = run.split_at(run.iter().position(goes_on).unwrap_or(run.len()));
        value = rest;
        Some(word)
    })
}

/// Returns the number of digits that nobody counted up.
pub(super) fn digits_at_random(value: &[u8]) -> usize {
    let runs = value.split(|&byte| kind(byte) != DIGIT);
    runs.filter(|run| !is_counted_up(run)).map(<[u8]>::len).sum()
}

/// Whether digits count up or down or repeat one, as people type who have to give a number: `12345678`, `654321`, `000000`. The same with
/// letters: `abcdef`.
pub(super) fn is_counted_up(digits: &[u8]) -> bool {
    let goes = |step: u8| {
        let follows = |pair: &[u8]| pair[1] == pair[0] || pair[1] == pair[0].wrapping_add(step) || pair == b"90";
        digits.windows(2).all(follows)
    };
    digits.len() >= 3 && (goes(1) || goes(u8::MAX))
}

/// Whether a value has more letters than signs that join no words. Random passwords of eight signs may have no more than an `a` or an `n`.
pub(super) fn is_of_letters(value: &[u8]) -> bool {
    let letters = value.iter().filter(|&&byte| kind(byte) < LETTERS).count();
    let signs = value
        .iter()
        .filter(|&&byte| kind(byte) == OTHER && !b"-_. ".contains(&byte))
        .count();
    letters > signs
}

/// Returns the number of digits.
pub(super) fn digits(value: &[u8]) -> usize {
    value.iter().filter(|&&byte| kind(byte) == DIGIT).count()
}

/// Whether the first of two letters is lower case and the second is not, so that a word begins there.
fn is_hump(before: u8, letter: u8) -> bool {
    before & !letter & 0x20 != 0
}

/// Whether every run of letters in a value is a known word, or in a short one counts up. `weak-key` tells of long ones.
fn are_all_known(value: &[u8]) -> bool {
    value
        .split(|&byte| kind(byte) >= LETTERS)
        .all(|run| run.is_empty() || value.len() < 12 && is_counted_up(run) || is_dummy(run))
}

/// Whether a value consists of known words, perhaps with digits and signs in place of letters: `s3cr3t`, `p@55word`, `super-s3cret`.
pub(super) fn are_known_in_disguise(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b' '));
    parts.all(|part| are_all_known(part) || is_known_in_disguise(part))
}

fn is_known_in_disguise(value: &[u8]) -> bool {
    // What policies for passwords ask for is put at the end: `P@ssw0rd!`, `S3cret2024`.
    let end = value
        .iter()
        .rposition(|&byte| kind(byte) < LETTERS)
        .map_or(0, |at| at + 1);
    is_in_disguise(&value[..end]) || end < value.len() && is_in_disguise(value)
}

fn is_in_disguise(value: &[u8]) -> bool {
    let mut plain = [0_u8; MAX_TOGETHER];
    let Some(plain) = plain.get_mut(..value.len()) else {
        return false;
    };
    for (letter, byte) in plain.iter_mut().zip(value) {
        *letter = match byte {
            b'0' => b'o',
            b'1' | b'!' => b'i',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'7' => b't',
            byte if kind(*byte) < LETTERS => *byte,
            _ => return false,
        };
    }
    is_dummy(plain)
}

/// What people put behind a name when they need a password. Shorter words end too many random ones.
const BEHIND_NAMES: &str = "admin mysql pass passwd password postgres root secret";

/// The longest name before such a word, whose eight letters are the most, and what may be behind it.
const MAX_NAME: usize = 12;
const MAX_END: usize = 5;

/// Whether a value is a short name with a word for a password behind it: `acme-password`, `acmeroot`, `AcmeSecret1!`.
pub(in crate::check) fn is_name_with_word(value: &[u8]) -> bool {
    // Keys are longer, and most values end otherwise.
    if value.len() > MAX_NAME + 8 + MAX_END {
        return false;
    }
    let letters = value.iter().rposition(|&byte| kind(byte) < LETTERS);
    let (text, end) = value.split_at(letters.map_or(0, |last| last + 1));
    if !text
        .last()
        .is_some_and(|last| b"dlnst".contains(&last.to_ascii_lowercase()))
    {
        return false;
    }
    let is_name = |name: &[u8]| {
        name.iter()
            .all(|&byte| kind(byte) < LETTERS || matches!(byte, b'-' | b'_' | b'.'))
    };
    end.len() <= MAX_END
        && end.len() - digits(end) <= 1
        && BEHIND_NAMES.as_bytes().split(|byte| *byte == b' ').any(|word| {
            has_end(text, word) && text.len() - word.len() <= MAX_NAME && is_name(&text[..text.len() - word.len()])
        })
}

/// Whether a run of letters is one of the words, or several written together (`mysecretpassword`).
fn is_dummy(word: &[u8]) -> bool {
    let mut lower = [0_u8; MAX_TOGETHER];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    // Bit n is set if the first n letters split into words.
    let mut reached = 1_u64;
    for start in 0..lower.len() {
        let may_begin = |&next: &u8| DUMMY_WORDS.may_begin(lower[start] - b'a', next - b'a');
        if reached >> start & 1 == 1 && (lower.len() == 1 || lower.get(start + 1).is_some_and(may_begin)) {
            for word in DUMMY_WORDS
                .from(lower[start] - b'a')
                .filter(|word| lower[start..].starts_with(word))
            {
                let end = start + word.len();
                // A single letter is a word only by itself.
                if word.len() > 1 || lower.len() == 1 {
                    reached |= 1 << end;
                }
            }
        }
    }
    reached >> lower.len() & 1 == 1
}

/// The longest run of letters that is split.
const MAX_TOGETHER: usize = 40;

/// A sorted text of entries that begin with letters, with blanks between.
pub(super) struct List {
    text: &'static str,
    /// Where the entries with each letter begin.
    starts: [u16; 27],
    /// Which second letters the entries with each letter have, as bits: most letters at random begin none.
    seconds: [u32; 26],
}

impl List {
    pub(super) const fn new(entries: &'static str) -> List {
        let text = entries.as_bytes();
        let mut starts = [text.len() as u16; 27];
        let mut seconds = [0; 26];
        let (mut at, mut letter) = (0, 0);
        while at < text.len() {
            let first = (text[at] - b'a') as usize;
            while letter <= first {
                starts[letter] = at as u16;
                letter += 1;
            }
            at += 1;
            if at < text.len() && text[at] != b' ' {
                seconds[first] |= 1 << (text[at] - b'a');
            }
            while at < text.len() && text[at] != b' ' {
                at += 1;
            }
            at += 1;
        }
        List {
            text: entries,
            starts,
            seconds,
        }
    }

    /// Whether an entry may begin with two letters, given by their kinds; `second` may be another character.
    pub(super) fn may_begin(&self, first: u8, second: u8) -> bool {
        self.seconds[usize::from(first)] >> second & 1 == 1
    }

    /// Returns the entries that begin with a letter, given by its kind.
    pub(super) fn from(&self, first: u8) -> impl Iterator<Item = &'static [u8]> {
        let first = usize::from(first);
        let listed = &self.text.as_bytes()[usize::from(self.starts[first])..usize::from(self.starts[first + 1])];
        listed.split(|byte| *byte == b' ')
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &'static str {
        self.text
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_can_be_searched() {
        assert!(super::DUMMY_WORDS.text().split(' ').is_sorted());
    }
}
