//! Searching and sorting as a Vietnamese reader expects (F27).

use model::fold::{fold, matches, sort_key};
use unicode_normalization::UnicodeNormalization as _;

/// All 67 lower-case letters that the plain Latin alphabet does not have, and what they fold to.
const LETTERS: [(&str, &str); 7] = [
    ("a", "àảãáạăằẳẵắặâầẩẫấậ"),
    ("d", "đ"),
    ("e", "èẻẽéẹêềểễếệ"),
    ("i", "ìỉĩíị"),
    ("o", "òỏõóọôồổỗốộơờởỡớợ"),
    ("u", "ùủũúụưừửữứự"),
    ("y", "ỳỷỹýỵ"),
];

#[test]
fn f27_all_134_letters_fold_in_both_forms() {
    let mut seen = 0;
    for (plain, letters) in LETTERS {
        for lower in letters.nfc() {
            for letter in [lower.to_string(), lower.to_uppercase().collect()] {
                assert_eq!(letter.chars().count(), 1);
                let apart: String = letter.nfd().collect();
                assert_eq!(fold(&letter), plain, "{letter}");
                assert_eq!(fold(&apart), plain, "{letter} decomposed");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 134);
}

#[test]
fn f27_search_ignores_accents() {
    assert!(matches("Điểm chạm", "diem cham"));
    assert!(matches("đường", "duong"));
    assert!(matches("ĐƯỜNG PHỐ", "Duong"));
    assert!(matches(&"Điểm chạm".nfd().collect::<String>(), "diem"));
    assert!(matches("Diem cham", &"Điểm".nfd().collect::<String>()));
    assert!(matches("Quán cà phê Hẻm", "hem phe"));
    assert!(matches("anything", "  "));
    assert!(!matches("Điểm chạm", "diem cham nhau"));
    assert!(!matches("Điểm chạm", "diêmcham"));
}

#[test]
fn f27_other_latin_letters_fold() {
    assert_eq!(
        fold("Crème Brûlée, Straße, Ærøskøbing, Łódź, Škoda, İstanbul"),
        "creme brulee, strasse, aeroskobing, lodz, skoda, istanbul"
    );
    assert_eq!(fold("Ελλάδα".nfd().collect::<String>().as_str()), "ελλαδα");
    assert_eq!(fold("日本 👩‍👩‍👧"), "日本 👩‍👩‍👧");
    assert_eq!(fold(""), "");
}

#[test]
fn f27_every_letter_of_latin_1_and_extended_a_becomes_ascii() {
    for letter in ('\u{c0}'..='\u{17f}').filter(|letter| letter.is_alphabetic()) {
        let folded = fold(&letter.to_string());
        assert!(!folded.is_empty() && folded.is_ascii(), "{letter} became {folded}");
    }
}

#[test]
fn f27_sorting_is_that_of_a_dictionary() {
    let dictionary = [
        "",
        "12 giờ",
        "a",
        "à",
        "ả",
        "ã",
        "á",
        "ạ",
        "an",
        "ăn",
        "ấm",
        "ân",
        "ba",
        "ca",
        "chạm",
        "dưa",
        "dương",
        "đa",
        "đá",
        "điểm",
        "đường",
        "em",
        "ế",
        "ốc",
        "ôm",
        "ơn",
        "phê",
        "trà",
        "ủ",
        "ướt",
        "ý",
        "yên",
        "日",
    ];
    // "ấm" before "ân": letters count before tones.
    for form in ["nfc", "nfd"] {
        let spell = |word: &&str| {
            if form == "nfc" {
                word.nfc().collect::<String>()
            } else {
                word.nfd().collect()
            }
        };
        let mut words: Vec<String> = dictionary.iter().rev().map(spell).collect();
        words.sort_by_cached_key(|word| sort_key(word));
        assert_eq!(words, dictionary.iter().map(spell).collect::<Vec<_>>(), "{form}");
    }
    let mut words = ["bá", "bà ba", "ba", "Bà", "bà"];
    words.sort_by_cached_key(|word| sort_key(word));
    assert_eq!(words, ["ba", "Bà", "bà", "bá", "bà ba"]);
}
