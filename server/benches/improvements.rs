//! How long the page across maps waits for the store: 200 boards with 50 improvements each, one line a question.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::time::Instant;

use model::{
    date::{Date, Zone},
    fold::fold,
    id::{BoardId, ImprovementId, TouchpointId},
    loops::{
        Step, VerdictKind,
        across::{Show, Wanted},
        overview::LoopLine,
    },
    summary::Summary,
    teams::Home,
};
use server::store::{Digest, Lines, SqliteStore, Store, Whose};

const BOARDS: u32 = 200;
const IMPROVEMENTS: u32 = 50;
const ROUNDS: usize = 40;
const OWNERS: [&str; 8] = [
    "Lan Anh",
    "Quốc Huy",
    "Minh Thư",
    "Thảo Nguyên",
    "Đức",
    "Hà",
    "Phúc",
    "",
];

fn line(number: u32, today: Date) -> LoopLine {
    let step = Step::ALL[number as usize % 5];
    let ago = today.plus_days(-i32::try_from(number % 300).unwrap());
    let ended = step == Step::Verdict;
    let kinds = VerdictKind::ALL;
    let day = ago.plus_days(i32::try_from(number % 400).unwrap());
    LoopLine {
        id: ImprovementId::fresh(),
        name: format!("Cải tiến số {number}: gọi món không phải chờ ở quầy"),
        touchpoint: TouchpointId::fresh(),
        touchpoint_name: "Chờ lấy món giờ cao điểm".to_owned(),
        step,
        owner: OWNERS[number as usize % OWNERS.len()].to_owned(),
        attempt: 1 + number as usize % 3,
        previous: None,
        begun: Some(ago.begins_in(Zone::VIETNAM)),
        due: Some(day),
        live: Some(ago),
        measure_by: Some(day),
        deadline: (!ended).then_some(day),
        verdict: ended.then(|| (kinds[number as usize / 5 % kinds.len()], ago.begins_in(Zone::VIETNAM))),
        days: [
            Some(number % 9),
            Some(number % 17),
            Some(number % 40),
            (step > Step::Measure).then_some(number % 31),
            None,
        ],
        since: Some(0),
        waits_for_value: step == Step::Measure && number.is_multiple_of(3),
        progress: Some(0.5),
        flags: Vec::new(),
    }
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).await.unwrap();
    let today = Date::parse("2026-11-28").unwrap();
    for board in 0..BOARDS {
        let lines = (0..IMPROVEMENTS)
            .map(|at| line(board * IMPROVEMENTS + at, today))
            .collect();
        let title = format!("Chuỗi cà phê {board}: một buổi sáng của khách");
        let summary = Summary {
            search: fold(&title),
            title,
            ..Summary::default()
        };
        let digest = Digest {
            summary: Some(summary),
            lines: Lines::All(lines),
        };
        store
            .create(BoardId::fresh(), Home::Nobody, vec![0, 0].into(), digest)
            .await
            .unwrap();
    }
    for owner in ["", "lan anh"] {
        for show in Show::ALL {
            let wanted = Wanted {
                owner: owner.to_owned(),
                show,
            };
            let mut waits = Vec::new();
            let mut found = 0;
            for _ in 0..ROUNDS {
                let asked = Instant::now();
                found = store
                    .across(Whose::Everybody, &wanted, today, Zone::VIETNAM)
                    .await
                    .unwrap()
                    .found
                    .len();
                waits.push(asked.elapsed());
            }
            waits.sort_unstable();
            println!(
                "improvements of {BOARDS} boards, {}, {}: p50 {:.1} ms, p95 {:.1} ms, {found} shown",
                show.word(),
                if owner.is_empty() { "everybody" } else { "one owner" },
                waits[ROUNDS / 2].as_secs_f64() * 1e3,
                waits[ROUNDS * 95 / 100].as_secs_f64() * 1e3,
            );
        }
    }
    store.close().await;
}
