//! Copying and pasting touchpoints as rows of a table: SPEC E22, FAULTS F38, F40, F41.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scene;

use model::board::{Control, Directness, Emotion, Nature, NoteHome, Quality, Score};
use model::doc::BoardDoc;
use model::edit::{At, Edit, TouchpointField as Field};
use model::id::{LinkId, NoteId, PersonId, StageId};
use model::limits::{NAME_MAX, ROWS_MAX};
use model::rows::{Column, Paste, PasteError, PasteInto, Why, table};
use model::templates::Lang;
use proptest::prelude::*;
use scene::{Scene, editor, reopened};

fn into(stage: StageId) -> PasteInto {
    PasteInto {
        stage,
        at: At::Last,
        rater: None,
    }
}

/// Pastes, and says what could not be taken: row, column, cell, why.
fn pastes(doc: &mut BoardDoc, text: &str, into: PasteInto) -> (Paste, Vec<(usize, Column, String, Why)>) {
    let paste = doc.board().paste(text, into, &doc.board().layout()).unwrap();
    doc.does(paste.edit.clone());
    assert_eq!(reopened(doc), *doc.board());
    let problems = paste.report.problems.iter();
    let problems = problems
        .map(|it| (it.row, it.column, it.cell.clone(), it.why))
        .collect();
    (paste, problems)
}

fn notes(doc: &BoardDoc, home: NoteHome) -> Vec<String> {
    let layout = doc.board().layout();
    let notes = layout.notes.get(&home).into_iter().flatten();
    notes.map(|id| doc.board().notes[id].text.clone()).collect()
}

#[test]
fn a_table_is_taken_apart_as_spreadsheets_write_it() {
    let rows = |text: &str| table(text).iter().map(|row| row.join("|")).collect::<Vec<_>>();
    assert_eq!(rows("a\tb\r\nc\td\r\n"), ["a|b", "c|d"]);
    assert_eq!(rows("\u{feff}a\rb\n\nc"), ["a", "b", "", "c"]);
    assert_eq!(rows("\"a \"\"b\"\"\r\nc\"\td"), ["a \"b\"\nc|d"]);
    assert_eq!(rows("\"mở mà không đóng\tb\nc"), ["\"mở mà không đóng|b", "c"]);
    assert_eq!(rows("\"a\" b\tc\"d\"\n"), ["\"a\" b|c\"d\""]);
    assert_eq!(rows(""), [""]);
    assert_eq!(rows("\t\t"), ["||"]);
}

#[test]
fn e22_names_alone_make_cards() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    doc.card(stage, "có sẵn");
    let (paste, problems) = pastes(&mut doc, "Giỏ hàng\n\n Thanh toán \tqua thẻ\n", into(stage));
    assert_eq!(
        (doc.cards(stage).join(","), problems.len()),
        ("có sẵn,Giỏ hàng,Thanh toán".into(), 0)
    );
    assert_eq!(doc.notes(paste.cards[1]), "qua thẻ");
    doc.undo().unwrap();
    assert_eq!(doc.cards(stage), ["có sẵn"]);
}

#[test]
fn e22_headers_in_both_languages_lead_to_their_fields() {
    let who = PersonId::fresh();
    for text in [
        "Tên\tKênh\tBản chất\tTiếp xúc\tKiểm soát\tCảm xúc\tQuan trọng\tHiệu quả\tPhụ trách\tBộ phận\tPhù hợp\tĐiểm đau\tMàu\r\n\
         Giỏ hàng\tZALO\tkỹ thuật số\ttrực tiếp\tCủa thương hiệu\tan: −1; 2\t5\t2\tLan\tBán hàng\tcó\t\"chậm\nrối\"\tđỏ\r\n",
        "Touchpoint\tChannel\tNature\tDirectness\tControl\tEmotion\tImportance\tPerformance\tOwner\tDepartment\tAppropriate\tPain points\tMàu\n\
         Giỏ hàng\tzalo\tdigital\tDirect\tthe brand's own\t\"2\nAn: -1\"\t5\t2\tLan\tBán hàng\tYES\t\"chậm\nrối\"\tđỏ",
    ] {
        let mut doc = editor();
        let stage = doc.stage("Mua");
        let (an, zalo) = (doc.persona("An"), doc.channel("Zalo"));
        let to = PasteInto {
            rater: Some(who),
            ..into(stage)
        };
        let (paste, problems) = pastes(&mut doc, text, to);
        assert_eq!(problems, []);
        let card = &doc.board().touchpoints[&paste.cards[0]];
        assert_eq!(
            (card.name.as_str(), card.channel, card.nature),
            ("Giỏ hàng", Some(zalo), Some(Nature::Digital))
        );
        assert_eq!(
            (card.directness, card.control),
            (Some(Directness::Direct), Some(Control::Own))
        );
        assert_eq!(
            card.emotion,
            [(None, Emotion::ALL[4]), (Some(an), Emotion::ALL[1])].into()
        );
        assert_eq!(
            (card.importance[&who], card.performance[&who]),
            (Score::ALL[4], Score::ALL[1])
        );
        assert_eq!((card.owner.as_str(), card.department.as_str()), ("Lan", "Bán hàng"));
        assert_eq!(card.quality, [Some(true), None, None, None]);
        assert_eq!(card.notes, "Màu: đỏ");
        assert_eq!(notes(&doc, NoteHome::Pain(card.id)), ["chậm", "rối"]);
        assert_eq!(doc.board().channels.len(), 1);
    }
}

#[test]
fn e22_what_is_not_understood_is_told_by_row_and_nothing_is_lost() {
    let mut doc = editor();
    let (stage, other) = (doc.stage("Mua"), doc.stage("Sau khi mua"));
    let long = "ơ".repeat(NAME_MAX + 1);
    let text = [
        "Name\tStage\tNature\tPersonas\tEmotion\tImportance\tLinks\tMoment of truth\tChannel",
        "a\tsau khi mua\tma thuật\tAi đó\t9; Ai đó: 1\t5\tjavascript:alert(1)\tcó lẽ\tMới",
        "\t\thuman\t\t\t4\t\t\tMột kênh mới",
        &format!("{long}\tở đâu\t\t\t\t\tTrang chủ https://a.b/c\tx\tmoi"),
        "\t\t\t",
        "b",
    ]
    .join("\n");
    let (paste, problems) = pastes(&mut doc, &text, into(stage));
    let told = |row, column, cell: &str, why| (row, column, cell.to_owned(), why);
    assert_eq!(
        problems,
        [
            told(2, Column::Nature, "ma thuật", Why::Unknown),
            told(2, Column::Personas, "Ai đó", Why::NotFound),
            told(2, Column::Emotion, "9", Why::Unknown),
            told(2, Column::Emotion, "Ai đó: 1", Why::NotFound),
            // Nobody to rate for.
            told(2, Column::Importance, "5", Why::Unknown),
            told(2, Column::Links, "javascript:alert(1)", Why::Unknown),
            told(2, Column::MomentOfTruth, "có lẽ", Why::Unknown),
            told(3, Column::Name, "human\t\t\t4\t\t\tMột kênh mới", Why::NoName),
            told(4, Column::Name, &long, Why::TooLong),
            told(4, Column::Stage, "ở đâu", Why::NotFound),
        ]
    );
    assert_eq!((doc.cards(other).join(","), doc.cards(stage).len()), ("a".into(), 2));
    // The rows of these cells, as they were pasted; a row that is left out leaves nothing behind.
    let rows: Vec<&str> = paste.report.rows.lines().collect();
    assert_eq!(rows, text.lines().take(4).collect::<Vec<_>>());
    assert!(
        doc.board()
            .channels
            .values()
            .all(|channel| channel.name != "Một kênh mới")
    );
    let card = &doc.board().touchpoints[&paste.cards[1]];
    assert!(card.moment_of_truth);
    assert_eq!(
        (card.links[0].title.as_str(), card.links[0].url.as_str()),
        ("Trang chủ", "https://a.b/c")
    );
    // A channel that was missing is made once, whatever its accents.
    assert_eq!(doc.board().channels.len(), 1);
}

#[test]
fn f41_too_many_rows_are_refused_whole() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let paste = |text: &str| {
        doc.board()
            .paste(text, into(stage), &doc.board().layout())
            .map(|paste| paste.cards.len())
    };
    assert_eq!(paste(&"x\n".repeat(ROWS_MAX)), Ok(ROWS_MAX));
    let (rows, max) = (ROWS_MAX + 1, ROWS_MAX);
    assert_eq!(paste(&"x\n".repeat(rows)), Err(PasteError::TooMany { rows, max }));
    for text in ["", "\n\t\n", "Tên\tKênh\n"] {
        assert_eq!(paste(text), Err(PasteError::Nothing), "{text:?}");
    }
}

#[test]
fn e22_what_was_copied_pastes_as_it_was_into_another_map() {
    let mut from = editor();
    let stage = from.stage("Mua");
    let (an, zalo) = (from.persona("An, sinh viên"), from.channel("Zalo"));
    let card = from.card(stage, "=Giỏ \"hàng\"");
    from.types(model::edit::TextField::TouchpointNotes(card), 0, "hai\ndòng\tvà tab");
    from.pain(card, "một\nđau dài\n\nba dòng");
    from.pain(card, "hai");
    from.does(Edit::AddNote {
        id: NoteId::fresh(),
        home: NoteHome::Opportunity(card),
        text: "-5 phút".into(),
        at: At::Last,
    });
    for field in [
        Field::Channel(Some(zalo)),
        Field::Nature(Some(Nature::Human)),
        Field::Directness(Some(Directness::Indirect)),
        Field::Control(Some(Control::Outside)),
        Field::Persona(an, true),
        Field::Emotion(Some(an), Some(Emotion::ALL[0])),
        Field::Emotion(None, Some(Emotion::ALL[1])),
        Field::Quality(Quality::Relevant, Some(false)),
        Field::MomentOfTruth(true),
        Field::Owner("'@lan".into()),
        Field::Department("Bán hàng".into()),
        Field::Link(LinkId::fresh(), Some(("Trang một".into(), "https://a.b/c?d=e".into()))),
        Field::Link(LinkId::fresh(), Some((String::new(), "mailto:a@b".into()))),
        Field::Importance(PersonId::fresh(), Some(Score::ALL[0])),
    ] {
        from.does(Edit::SetTouchpoint(card, field));
    }
    for lang in [Lang::Vi, Lang::En] {
        let text = from.board().copy(&[card], lang, &from.board().layout());
        let mut to = editor();
        let there = to.stage("Ở đây");
        let (persona, first) = (to.persona("an, sinh vien"), to.card(there, "có sẵn"));
        let at = At::Before(first);
        let (paste, problems) = pastes(&mut to, &text, PasteInto { at, ..into(there) });
        assert_eq!(problems, [], "{text}");
        let copy = to.board().touchpoints[&paste.cards[0]].clone();
        let mut expected = from.board().touchpoints[&card].clone();
        (expected.id, expected.stage, expected.rank) = (copy.id, there, copy.rank.clone());
        expected.personas = [persona].into();
        expected.emotion = [(Some(persona), Emotion::ALL[0]), (None, Emotion::ALL[1])].into();
        expected.importance.clear();
        expected.channel = copy.channel;
        for (link, read) in expected.links.iter_mut().zip(&copy.links) {
            link.id = read.id;
        }
        assert_eq!(copy, expected);
        assert_eq!(to.board().channels[&copy.channel.unwrap()].name, "Zalo");
        assert_eq!(notes(&to, NoteHome::Pain(copy.id)), ["một\nđau dài\n\nba dòng", "hai"]);
        assert_eq!(notes(&to, NoteHome::Opportunity(copy.id)), ["-5 phút"]);
        assert_eq!(to.board().layout().cards[&there], [copy.id, first]);
    }
}

#[test]
fn f40_no_cell_that_is_copied_is_a_formula() {
    let mut doc = editor();
    let stage = doc.stage("Mua");
    let cards: Vec<_> = ["=1+1", "+84", "-x", "@a", "'=b", "-2", "thường"]
        .iter()
        .map(|name| doc.card(stage, name))
        .collect();
    let text = doc.board().copy(&cards, Lang::En, &doc.board().layout());
    let names: Vec<String> = table(&text).into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(
        names,
        ["Touchpoint", "'=1+1", "+84", "'-x", "'@a", "''=b", "-2", "thường"]
    );
    let mut other = editor();
    let there = other.stage("Đây");
    pastes(&mut other, &text, into(there));
    assert_eq!(other.cards(there), doc.cards(stage));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_pasted_or_refused_and_never_panics(text in "(Tên|Kênh|Cảm xúc|Liên kết|[\t\n\r\"';:=-]|.){0,60}") {
        let mut doc = editor();
        let stage = doc.stage("Mua");
        doc.persona("An");
        if let Ok(paste) = doc.board().paste(&text, into(stage), &doc.board().layout()) {
            doc.does(paste.edit);
            prop_assert_eq!(doc.cards(stage).len(), paste.cards.len());
            prop_assert_eq!(&reopened(&doc), doc.board());
            if paste.cards.is_empty() {
                return Ok(());
            }
            // What is copied from it says the same once more.
            let copied = doc.board().copy(&paste.cards, Lang::Vi, &doc.board().layout());
            let again = doc.board().paste(&copied, into(stage), &doc.board().layout()).unwrap();
            prop_assert_eq!(again.report.problems, []);
            prop_assert_eq!(again.cards.len(), paste.cards.len());
        }
    }
}
