//! Figures of the document at 300 and 5,000 touchpoints: median of many runs, one line a figure.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use model::board::Phase;
use model::doc::{BoardDoc, Env};
use model::edit::{At, Edit, Splice, TextField, TouchpointField};
use model::id::{StageId, TouchpointId};
use model::loops::csv::Sheet;
use unicode_normalization::UnicodeNormalization;

fn env() -> Env {
    Env {
        nfc: |text| text.nfc().collect(),
        now_ms: || 1_700_000_000_000,
    }
}

fn board_of(cards: usize) -> (BoardDoc, Vec<TouchpointId>) {
    let mut doc = BoardDoc::new(env());
    let stages: Vec<StageId> = (0..6).map(|_| StageId::fresh()).collect();
    let mut edits: Vec<Edit> = stages
        .iter()
        .map(|id| Edit::AddStage {
            id: *id,
            name: "Giai đoạn".into(),
            phase: Phase::During,
            at: At::Last,
        })
        .collect();
    let ids: Vec<TouchpointId> = (0..cards).map(|_| TouchpointId::fresh()).collect();
    edits.extend(ids.iter().enumerate().map(|(i, id)| Edit::AddTouchpoint {
        id: *id,
        name: format!("Điểm chạm số {i}"),
        stage: stages[i % stages.len()],
        at: At::Last,
    }));
    doc.edit(Edit::Batch(edits)).expect("a board of cards");
    (doc, ids)
}

/// Median time of `run`, of `times` runs.
fn figure(what: &str, times: usize, mut run: impl FnMut(usize)) {
    let mut took: Vec<Duration> = (0..times)
        .map(|i| {
            let start = Instant::now();
            run(i);
            start.elapsed()
        })
        .collect();
    took.sort();
    println!("{what}: {:?} (median of {times})", took[took.len() / 2]);
}

fn main() {
    for cards in [300, 5_000] {
        let (mut doc, ids) = board_of(cards);
        let encoded = doc.encode();
        println!("document of {cards} touchpoints: {} bytes", encoded.len());
        figure(&format!("open {cards} touchpoints from bytes"), 11, |_| {
            black_box(BoardDoc::open(env(), &encoded).expect("own bytes"));
        });
        figure(&format!("layout of {cards} touchpoints"), 51, |_| {
            black_box(doc.board().layout());
        });
        figure(&format!("summary of {cards} touchpoints"), 51, |_| {
            black_box(doc.board().summary());
        });
        figure(&format!("rename one of {cards} touchpoints"), 201, |i| {
            let edit = Edit::SetTouchpoint(ids[i], TouchpointField::Name(format!("Tên mới {i}")));
            black_box(doc.edit(edit).expect("a rename"));
        });
        figure(&format!("type a letter at {cards} touchpoints"), 201, |i| {
            let splice = Splice {
                at: i as u32,
                remove: 0,
                insert: "ễ".into(),
            };
            black_box(
                doc.edit(Edit::Type(TextField::TouchpointNotes(ids[0]), splice))
                    .expect("typing"),
            );
        });
        let mut other = BoardDoc::open(env(), &doc.encode()).expect("own bytes");
        figure(&format!("merge a remote rename at {cards} touchpoints"), 201, |i| {
            let edit = Edit::SetTouchpoint(ids[i], TouchpointField::Name(format!("Tên khác {i}")));
            let change = other.edit(edit).expect("a rename");
            black_box(doc.merge(&change.update).expect("its update"));
        });
    }
    feedback();
}

/// As many feedback entries as are imported at once.
fn feedback() {
    let (doc, _) = board_of(300);
    let encoded = doc.encode();
    let mut text = String::from("Nội dung,NPS,Ngày,Điểm chạm\r\n");
    for i in 0..10_000 {
        let (score, month, day) = (i % 11, i % 12 + 1, i % 28 + 1);
        text.push_str(&format!(
            "\"Lời khách số {i}, chờ hơi lâu\",{score},{day:02}/{month:02}/2024,Điểm chạm số {}\r\n",
            i % 300
        ));
    }
    let read = |doc: &BoardDoc| {
        let sheet = Sheet::read(&text).expect("a table");
        doc.board().import(&sheet, &sheet.guess(), &doc.board().layout())
    };
    figure("read a table of 10,000 feedback entries", 11, |_| {
        black_box(read(&doc));
    });
    let mut docs: Vec<BoardDoc> = (0..5)
        .map(|_| BoardDoc::open(env(), &encoded).expect("own bytes").with_undo())
        .collect();
    figure("import 10,000 feedback entries as one batch", 5, |i| {
        let edit = read(&docs[i]).into_edit();
        black_box(docs[i].edit(edit).expect("a batch"));
    });
    let full = docs.swap_remove(0);
    println!("document of 10,000 feedback entries: {} bytes", full.encode().len());
    figure("tally 10,000 feedback entries", 51, |_| {
        black_box(full.board().feedback_tallies());
    });
    figure("export 10,000 feedback entries", 11, |_| {
        black_box(full.board().export_feedback(model::templates::Lang::Vi));
    });
}
