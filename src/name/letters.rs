//! Statistics of letter pairs: words use few of them, random text uses all.

/// The pairs that are common in words.
const USUAL: &str = "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro \
    ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh \
    ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa \
    ay ex ke ey ui ag ck ap ub od up if ms bu cl cr da do ob rd qu ht sp bo oo ok fr";

/// [`USUAL`] as bit sets: for each first letter, a bit for each second letter.
static PAIRS: [u32; 26] = {
    let mut pairs = [0; 26];
    let words = USUAL.as_bytes();
    let mut at = 0;
    while at + 1 < words.len() {
        if words[at] != b' ' && words[at + 1] != b' ' {
            pairs[(words[at] - b'a') as usize] |= 1 << (words[at + 1] - b'a');
            at += 1;
        }
        at += 1;
    }
    pairs
};

/// Returns how many of the pairs of letters in a text are common in words, and how many pairs there are.
pub(crate) fn pairs(text: &[u8]) -> (usize, usize) {
    let (mut known, mut all) = (0, 0);
    for pair in text.windows(2) {
        if pair[0].is_ascii_alphabetic() && pair[1].is_ascii_alphabetic() {
            let [first, second] = [pair[0], pair[1]].map(|byte| (byte | 0x20) - b'a');
            all += 1;
            known += (PAIRS[usize::from(first)] >> second & 1) as usize;
        }
    }
    (known, all)
}
