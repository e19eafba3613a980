//! What a person did to a text, and how that fits with what others did to it meanwhile.
//!
//! Offsets count UTF-16 units, as browsers and the document do; no surrogate pair is ever split.

use model::edit::Splice;

/// The smallest splice that turns `old` into `new`; `None` when they are equal.
#[must_use]
pub fn diff(old: &str, new: &str) -> Option<Splice> {
    if old == new {
        return None;
    }
    let (a, b): (Vec<u16>, Vec<u16>) = (old.encode_utf16().collect(), new.encode_utf16().collect());
    let mut start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    if start > 0 && is_high(a[start - 1]) {
        start -= 1;
    }
    let room = a.len().min(b.len()) - start;
    let mut end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(room)
        .take_while(|(x, y)| x == y)
        .count();
    if end > 0 && is_low(a[a.len() - end]) {
        end -= 1;
    }
    Some(Splice {
        at: units(start),
        remove: units(a.len() - end - start),
        insert: String::from_utf16_lossy(&b[start..b.len() - end]),
    })
}

/// The splice that does to the text after `theirs` what `mine` did to the text before it.
#[must_use]
pub fn rebase(mine: &Splice, theirs: &Splice) -> Splice {
    let (start, end) = (mine.at, mine.at + mine.remove);
    let (from, to) = (shift(start, theirs), shift(end, theirs));
    Splice {
        at: from,
        remove: to.saturating_sub(from),
        insert: mine.insert.clone(),
    }
}

/// Where a caret at `offset` stands after a splice by someone else. Text inserted right at the caret goes behind it.
#[must_use]
pub fn shift(offset: u32, splice: &Splice) -> u32 {
    let added = units(splice.insert.encode_utf16().count());
    if offset <= splice.at {
        offset
    } else if offset >= splice.at + splice.remove {
        offset - splice.remove + added
    } else {
        splice.at + added
    }
}

/// What a field shows that still holds something of its own: `theirs` (what became of `base`) goes around what was
/// typed into `mine` meanwhile.
#[must_use]
pub fn merge(base: &str, mine: &str, theirs: &str) -> String {
    let (Some(own), Some(foreign)) = (diff(base, mine), diff(base, theirs)) else {
        return if base == mine { theirs } else { mine }.to_owned();
    };
    let own = rebase(&own, &foreign);
    let text: Vec<u16> = theirs.encode_utf16().collect();
    let at = text.len().min(own.at as usize);
    let end = text.len().min((own.at + own.remove) as usize);
    let mut merged = text[..at].to_vec();
    merged.extend(own.insert.encode_utf16());
    merged.extend(&text[end..]);
    String::from_utf16_lossy(&merged)
}

fn units(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

const fn is_high(unit: u16) -> bool {
    unit >> 10 == 0x36
}

const fn is_low(unit: u16) -> bool {
    unit >> 10 == 0x37
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splice(at: u32, remove: u32, insert: &str) -> Splice {
        Splice {
            at,
            remove,
            insert: insert.into(),
        }
    }

    fn apply(text: &str, s: &Splice) -> String {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        units.splice(s.at as usize..(s.at + s.remove) as usize, s.insert.encode_utf16());
        String::from_utf16(&units).expect("whole pairs")
    }

    #[test]
    fn equal_texts_need_no_splice() {
        assert_eq!(diff("ngụm cà phê", "ngụm cà phê"), None);
    }

    #[test]
    fn one_letter_is_one_splice() {
        assert_eq!(diff("chờ lấ", "chờ lấy"), Some(splice(6, 0, "y")));
        assert_eq!(diff("chờ", "chở"), Some(splice(2, 1, "ở")));
        assert_eq!(diff("aa", "aaa"), Some(splice(2, 0, "a")));
        assert_eq!(diff("aaa", "aa"), Some(splice(2, 1, "")));
    }

    #[test]
    fn surrogate_pairs_stay_whole() {
        // 😀 and 😁 share their high surrogate, 😀 and 🌀 do not share it but may share the low one.
        for (old, new) in [
            ("😀", "😁"),
            ("a😀b", "a😁b"),
            ("😀😀", "😀"),
            ("🌀", "😀"),
            ("x🐀", "x🔀"),
        ] {
            let s = diff(old, new).expect("they differ");
            assert_eq!(apply(old, &s), new, "{old} → {new}: {s:?}");
            assert!(!s.insert.contains('\u{fffd}'), "{old} → {new}: {s:?}");
        }
    }

    #[test]
    fn mine_lands_where_i_meant_it() {
        let base = "một hai ba";
        let theirs = splice(0, 3, "không một");
        let mine = splice(8, 2, "bốn");
        let after = apply(base, &theirs);
        assert_eq!(apply(&after, &rebase(&mine, &theirs)), "không một hai bốn");
        // Before theirs: untouched. Inside what they removed: at the seam.
        assert_eq!(rebase(&splice(0, 1, "M"), &splice(4, 3, "")), splice(0, 1, "M"));
        assert_eq!(rebase(&splice(5, 0, "x"), &splice(4, 3, "HAI")), splice(7, 0, "x"));
    }

    #[test]
    fn what_was_refused_stays_while_others_type_around_it() {
        let mine = format!("đầu{} cuối", "dài ".repeat(9));
        assert_eq!(merge("đầu cuối", &mine, "đầu cuối"), mine);
        assert_eq!(merge("đầu cuối", "đầu cuối", "XX đầu cuối"), "XX đầu cuối");
        assert_eq!(merge("đầu cuối", &mine, "XX đầu cuối"), format!("XX {mine}"));
        assert_eq!(merge("đầu cuối", &mine, "đầu cuối!"), format!("{mine}!"));
        assert_eq!(merge("đầu cuối", "đầu giữa cuối", ""), "giữa ");
        assert_eq!(merge("", "của tôi", "của họ"), "của tôicủa họ");
        assert_eq!(merge("😀", "😀 cười", "😁"), "😁 cười");
    }

    #[test]
    fn a_caret_stays_with_its_letter() {
        assert_eq!(shift(4, &splice(0, 0, "ab")), 6);
        assert_eq!(shift(4, &splice(4, 0, "ab")), 4);
        assert_eq!(shift(4, &splice(2, 5, "")), 2);
        assert_eq!(shift(1, &splice(2, 5, "")), 1);
    }
}
