//! Letters as a Vietnamese reader looks for them and sorts them, without tables from outside (F27).
//!
//! Covers composed (NFC) and decomposed (NFD) text of Vietnamese, Latin-1 and Latin Extended-A. Other scripts are
//! lower-cased and lose their combining marks.

/// Text as it is searched: lower case, accents off, "đ" as "d".
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if is_mark(letter) {
            continue;
        }
        match spelled(letter) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(parts(letter).base),
        }
    }
    folded
}

/// Whether every word of `needle` occurs somewhere in `haystack`, accents and case ignored. A blank needle occurs
/// everywhere.
#[must_use]
pub fn matches(haystack: &str, needle: &str) -> bool {
    matches_folded(&fold(haystack), needle)
}

/// [`matches`] for a haystack that is folded already.
#[must_use]
pub fn matches_folded(haystack: &str, needle: &str) -> bool {
    fold(needle).split_whitespace().all(|word| haystack.contains(word))
}

/// What texts are sorted by: the letters in the order of a Vietnamese dictionary (a ă â b c d đ e ê …), then the
/// tones (none, huyền, hỏi, ngã, sắc, nặng), then the text itself.
///
/// ```
/// let mut words = ["đường", "dương", "dưa"];
/// words.sort_by_cached_key(|word| model::fold::sort_key(word));
/// assert_eq!(words, ["dưa", "dương", "đường"]);
/// ```
#[must_use]
pub fn sort_key(text: &str) -> SortKey {
    let mut key = SortKey {
        letters: Vec::new(),
        tones: Vec::new(),
        text: text.to_owned(),
    };
    for letter in text.trim().chars().flat_map(char::to_lowercase) {
        if is_mark(letter) {
            key.mark(letter);
            continue;
        }
        match spelled(letter) {
            Some(letters) => letters.chars().for_each(|letter| key.letter(Parts::plain(letter))),
            None => key.letter(parts(letter)),
        }
    }
    key
}

/// See [`sort_key`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    letters: Vec<u32>,
    tones: Vec<Tone>,
    text: String,
}

impl SortKey {
    fn letter(&mut self, parts: Parts) {
        self.letters.push(weight(parts.base) + parts.shape as u32);
        self.tones.push(parts.tone);
    }

    /// A combining mark belongs to the letter before it.
    fn mark(&mut self, mark: char) {
        let (Some(letter), Some(tone)) = (self.letters.last_mut(), self.tones.last_mut()) else {
            return;
        };
        match mark {
            '\u{300}' => *tone = Tone::Grave,
            '\u{309}' => *tone = Tone::Hook,
            '\u{303}' => *tone = Tone::Tilde,
            '\u{301}' => *tone = Tone::Acute,
            '\u{323}' => *tone = Tone::Dot,
            '\u{306}' => *letter += Shape::Breve as u32,
            '\u{302}' => *letter += Shape::Circumflex as u32,
            '\u{31b}' => *letter += Shape::Horn as u32,
            _ => {}
        }
    }
}

/// Blanks first, signs and digits next, then the Latin letters with room for their shapes, then other scripts.
fn weight(letter: char) -> u32 {
    match letter {
        'a'..='z' => 0x100 + (letter as u32 - 'a' as u32) * 8,
        _ if letter.is_whitespace() => 0,
        _ if letter.is_ascii() => letter as u32,
        _ => 0x1000 + letter as u32,
    }
}

/// What makes a letter another letter in Vietnamese, in dictionary order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Plain,
    Breve,
    Circumflex,
    Horn,
    Stroke,
}

/// What makes a letter sound different, in dictionary order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tone {
    Level,
    Grave,
    Hook,
    Tilde,
    Acute,
    Dot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts {
    base: char,
    shape: Shape,
    tone: Tone,
}

impl Parts {
    const fn plain(base: char) -> Self {
        Self {
            base,
            shape: Shape::Plain,
            tone: Tone::Level,
        }
    }
}

const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Letters that are written out as several.
const fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ĳ' => "ij",
        'ŉ' => "n",
        _ => return None,
    })
}

/// A lower-case letter taken apart.
const fn parts(letter: char) -> Parts {
    use Shape::{Breve, Circumflex, Horn, Plain, Stroke};
    use Tone::{Acute, Dot, Grave, Hook, Level, Tilde};
    let (base, shape, tone) = match letter {
        'à' => ('a', Plain, Grave),
        'ả' => ('a', Plain, Hook),
        'ã' => ('a', Plain, Tilde),
        'á' => ('a', Plain, Acute),
        'ạ' => ('a', Plain, Dot),
        'ă' => ('a', Breve, Level),
        'ằ' => ('a', Breve, Grave),
        'ẳ' => ('a', Breve, Hook),
        'ẵ' => ('a', Breve, Tilde),
        'ắ' => ('a', Breve, Acute),
        'ặ' => ('a', Breve, Dot),
        'â' => ('a', Circumflex, Level),
        'ầ' => ('a', Circumflex, Grave),
        'ẩ' => ('a', Circumflex, Hook),
        'ẫ' => ('a', Circumflex, Tilde),
        'ấ' => ('a', Circumflex, Acute),
        'ậ' => ('a', Circumflex, Dot),
        'đ' => ('d', Stroke, Level),
        'è' => ('e', Plain, Grave),
        'ẻ' => ('e', Plain, Hook),
        'ẽ' => ('e', Plain, Tilde),
        'é' => ('e', Plain, Acute),
        'ẹ' => ('e', Plain, Dot),
        'ê' => ('e', Circumflex, Level),
        'ề' => ('e', Circumflex, Grave),
        'ể' => ('e', Circumflex, Hook),
        'ễ' => ('e', Circumflex, Tilde),
        'ế' => ('e', Circumflex, Acute),
        'ệ' => ('e', Circumflex, Dot),
        'ì' => ('i', Plain, Grave),
        'ỉ' => ('i', Plain, Hook),
        'ĩ' => ('i', Plain, Tilde),
        'í' => ('i', Plain, Acute),
        'ị' => ('i', Plain, Dot),
        'ò' => ('o', Plain, Grave),
        'ỏ' => ('o', Plain, Hook),
        'õ' => ('o', Plain, Tilde),
        'ó' => ('o', Plain, Acute),
        'ọ' => ('o', Plain, Dot),
        'ô' => ('o', Circumflex, Level),
        'ồ' => ('o', Circumflex, Grave),
        'ổ' => ('o', Circumflex, Hook),
        'ỗ' => ('o', Circumflex, Tilde),
        'ố' => ('o', Circumflex, Acute),
        'ộ' => ('o', Circumflex, Dot),
        'ơ' => ('o', Horn, Level),
        'ờ' => ('o', Horn, Grave),
        'ở' => ('o', Horn, Hook),
        'ỡ' => ('o', Horn, Tilde),
        'ớ' => ('o', Horn, Acute),
        'ợ' => ('o', Horn, Dot),
        'ù' => ('u', Plain, Grave),
        'ủ' => ('u', Plain, Hook),
        'ũ' => ('u', Plain, Tilde),
        'ú' => ('u', Plain, Acute),
        'ụ' => ('u', Plain, Dot),
        'ư' => ('u', Horn, Level),
        'ừ' => ('u', Horn, Grave),
        'ử' => ('u', Horn, Hook),
        'ữ' => ('u', Horn, Tilde),
        'ứ' => ('u', Horn, Acute),
        'ự' => ('u', Horn, Dot),
        'ỳ' => ('y', Plain, Grave),
        'ỷ' => ('y', Plain, Hook),
        'ỹ' => ('y', Plain, Tilde),
        'ý' => ('y', Plain, Acute),
        'ỵ' => ('y', Plain, Dot),
        // The rest of Latin-1 and Latin Extended-A, whose marks no Vietnamese reader sorts by.
        'ä' | 'å' | 'ā' | 'ą' | 'ª' => return Parts::plain('a'),
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => return Parts::plain('c'),
        'ď' | 'ð' => return Parts::plain('d'),
        'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => return Parts::plain('e'),
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => return Parts::plain('g'),
        'ĥ' | 'ħ' => return Parts::plain('h'),
        'î' | 'ï' | 'ī' | 'ĭ' | 'į' | 'ı' => return Parts::plain('i'),
        'ĵ' => return Parts::plain('j'),
        'ķ' | 'ĸ' => return Parts::plain('k'),
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => return Parts::plain('l'),
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => return Parts::plain('n'),
        'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'º' => return Parts::plain('o'),
        'ŕ' | 'ŗ' | 'ř' => return Parts::plain('r'),
        'ś' | 'ŝ' | 'ş' | 'š' | 'ſ' => return Parts::plain('s'),
        'ţ' | 'ť' | 'ŧ' => return Parts::plain('t'),
        'û' | 'ü' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => return Parts::plain('u'),
        'ŵ' => return Parts::plain('w'),
        'ÿ' | 'ŷ' => return Parts::plain('y'),
        'ź' | 'ż' | 'ž' => return Parts::plain('z'),
        other => return Parts::plain(other),
    };
    Parts { base, shape, tone }
}
