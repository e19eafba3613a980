//! Every template in both languages: complete, well formed, and the same map whichever language it is in.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use model::board::{Board, Control, LaneKind, MapState, Market, NoteHome, Phase, Quadrant};
use model::date::Date;
use model::doc::{BoardDoc, Env};
use model::edit::EditError;
use model::id::TouchpointId;
use model::limits::NAME_MAX;
use model::loops::overview::improvements_of;
use model::loops::{Step, VerdictKind};
use model::ratings::Criterion;
use model::templates::{Lang, StageSet, Template, seed, seed_stages};
use unicode_normalization::{UnicodeNormalization, is_nfc};

const LANGS: [Lang; 2] = [Lang::Vi, Lang::En];

fn env() -> Env {
    Env {
        nfc: |text| text.nfc().collect(),
        now_ms: || 0,
    }
}

fn every_template() -> Vec<Template> {
    StageSet::ALL
        .iter()
        .copied()
        .map(Template::StageSet)
        .chain(Template::EXAMPLES.iter().copied())
        .collect()
}

fn board(template: Template, lang: Lang) -> Board {
    seed(env(), template, lang, None).unwrap().board().clone()
}

/// Stage names with their phases, in order.
fn stages(board: &Board) -> Vec<(&str, Phase)> {
    board
        .layout()
        .stages
        .iter()
        .map(|id| (board.stages[id].name.as_str(), board.stages[id].phase))
        .collect()
}

/// Every text of a map, in an order that does not depend on the language.
fn texts(board: &Board) -> Vec<String> {
    let layout = board.layout();
    let mut texts = vec![board.map.title.clone()];
    texts.extend(Some(board.map.brand.clone()).filter(|brand| !brand.is_empty()));
    texts.extend(layout.channels.iter().map(|id| board.channels[id].name.clone()));
    for id in &layout.personas {
        let persona = &board.personas[id];
        texts.extend(
            [
                &persona.name,
                &persona.demographics,
                &persona.needs,
                &persona.difficulties,
            ]
            .map(Clone::clone),
        );
    }
    for stage in &layout.stages {
        texts.push(board.stages[stage].name.clone());
        for lane in &layout.lanes {
            texts.extend(notes(
                board,
                NoteHome::Cell {
                    lane: *lane,
                    stage: *stage,
                },
            ));
        }
        for card in layout.cards.get(stage).into_iter().flatten() {
            let notes_of = Some(&board.touchpoints[card].notes).filter(|notes| !notes.is_empty());
            texts.extend([&board.touchpoints[card].name].into_iter().chain(notes_of).cloned());
            texts.extend(notes(board, NoteHome::Pain(*card)));
            texts.extend(notes(board, NoteHome::Opportunity(*card)));
            let names = board.metrics(Some(*card)).into_iter().map(|metric| metric.name.clone());
            texts.extend(names.filter(|name| !name.is_empty()));
        }
    }
    texts.extend(board.assets().iter().map(|asset| asset.name.clone()));
    texts.extend(board.views().iter().map(|view| view.name.clone()));
    texts.extend(board.threads().iter().map(|thread| thread.first.text.clone()));
    texts
}

fn notes(board: &Board, home: NoteHome) -> Vec<String> {
    board
        .layout()
        .notes
        .get(&home)
        .into_iter()
        .flatten()
        .map(|id| board.notes[id].text.clone())
        .collect()
}

#[test]
fn every_template_has_a_title_the_standard_lanes_and_nothing_in_the_trash() {
    for template in every_template() {
        for lang in LANGS {
            let board = board(template, lang);
            let layout = board.layout();
            let lanes: Vec<_> = layout.lanes.iter().map(|id| board.lanes[id].kind).collect();
            assert_eq!(
                lanes,
                [
                    LaneKind::Goals,
                    LaneKind::Actions,
                    LaneKind::Obstacles,
                    LaneKind::Touchpoints,
                    LaneKind::Channels,
                    LaneKind::Emotion,
                    LaneKind::Pains,
                    LaneKind::Opportunities
                ]
            );
            assert!(board.lanes.values().all(|lane| lane.name.is_empty()));
            assert_eq!(board.map.schema, 1);
            assert_ne!(board.map.title, "");
            assert!(layout.trash.is_empty() && layout.adrift.is_empty());
            assert!(!layout.channels.is_empty());
        }
    }
}

#[test]
fn stage_sets_are_those_of_the_field() {
    use Phase::{After, Before, During};
    let stage_set = |set, lang| board(Template::StageSet(set), lang);
    assert_eq!(
        stages(&stage_set(StageSet::Purchase, Lang::Vi)),
        [
            ("Trước khi mua", Before),
            ("Trong khi mua", During),
            ("Sau khi mua", After)
        ]
    );
    assert_eq!(
        stages(&stage_set(StageSet::LifeCycle, Lang::Vi)),
        [
            ("Tiếp cận", Before),
            ("Thu hút", Before),
            ("Chuyển đổi, duy trì", During),
            ("Trung thành", After),
            ("Truyền bá", After)
        ]
    );
    assert_eq!(
        stages(&stage_set(StageSet::Awareness, Lang::En)),
        [
            ("Awareness", Before),
            ("Consideration", Before),
            ("Purchase", During),
            ("Use", After),
            ("Loyalty", After)
        ]
    );
    assert_eq!(stages(&stage_set(StageSet::Blank, Lang::En)), [("Stage 1", Before)]);
}

#[test]
fn a_title_given_is_kept_and_a_blank_one_is_not() {
    let title = |title| {
        let doc = seed(env(), Template::StageSet(StageSet::Purchase), Lang::Vi, title).unwrap();
        doc.board().map.title.clone()
    };
    assert_eq!(title(Some("  Tiệm bánh  ")), "Tiệm bánh");
    assert_eq!(title(Some("  ")), "Bản đồ mới");
    assert_eq!(title(None), "Bản đồ mới");
    let long = "ơ".repeat(NAME_MAX + 1);
    let refused = seed(env(), Template::Cafe, Lang::Vi, Some(&long)).map(|_| ());
    assert_eq!(
        refused,
        Err(EditError::TooLong {
            len: NAME_MAX + 1,
            max: NAME_MAX
        })
    );
}

#[test]
fn every_example_is_complete_enough_to_learn_from() {
    for (template, brand, market, stages, cards) in [
        (Template::Cafe, "Cà phê Hiên", Market::B2c, 6, 36),
        (Template::Shop, "Tiệm Lá Me", Market::B2c, 6, 27),
        (Template::Software, "Trạm Kho", Market::B2b, 7, 29),
    ] {
        let board = board(template, Lang::Vi);
        let layout = board.layout();
        assert_eq!((board.map.brand.as_str(), board.map.market), (brand, Some(market)));
        assert_eq!(board.map.state, Some(MapState::AsIs));
        assert_eq!(
            (layout.stages.len(), board.touchpoints.len()),
            (stages, cards),
            "{brand}"
        );
        assert_eq!(layout.personas.len(), 3);

        let mut raters = BTreeSet::new();
        for card in board.touchpoints.values() {
            let channel = card.channel.and_then(|channel| board.channels.get(&channel));
            assert!(channel.is_some(), "{}", card.name);
            let kind = card.nature.is_some() && card.directness.is_some() && card.control.is_some();
            assert!(kind && !card.personas.is_empty(), "{}", card.name);
            let felt: BTreeSet<_> = card.emotion.keys().flatten().copied().collect();
            assert!(
                felt.is_subset(&card.personas),
                "only who meets {:?} feels something there",
                card.name
            );
            raters.extend(card.importance.keys().chain(card.performance.keys()).copied());
        }
        assert_eq!(raters.len(), 5);
        for persona in board.personas.values() {
            let texts = [&persona.demographics, &persona.needs, &persona.difficulties];
            assert!(!texts.iter().any(|text| text.is_empty()) && persona.color.is_some());
        }
        for stage in &layout.stages {
            for kind in [LaneKind::Goals, LaneKind::Actions, LaneKind::Obstacles] {
                let lane = *layout.lanes.iter().find(|id| board.lanes[id].kind == kind).unwrap();
                assert_eq!(
                    notes(&board, NoteHome::Cell { lane, stage: *stage }).len(),
                    1,
                    "{brand}"
                );
            }
            let has = |home: fn(TouchpointId) -> NoteHome| {
                let mut cards = layout.cards[stage].iter();
                cards.any(|card| !notes(&board, home(*card)).is_empty())
            };
            assert!(has(NoteHome::Pain) || has(NoteHome::Opportunity), "{brand}");
        }
        let used: BTreeSet<_> = board.touchpoints.values().filter_map(|card| card.channel).collect();
        assert_eq!(used.len(), layout.channels.len(), "no channel without a touchpoint");

        // The later steps of a workshop, too.
        assert!(board.touchpoints.values().any(|card| card.moment_of_truth));
        assert!(
            board
                .touchpoints
                .values()
                .any(|card| card.quality.iter().all(Option::is_some))
        );
        assert!(
            board
                .touchpoints
                .values()
                .any(|card| !card.links.is_empty() && !card.owner.is_empty())
        );
        let ratings = board.ratings_for(None);
        let first = board.priorities(ratings, &layout).ranked[0];
        assert_eq!(first.quadrant, Quadrant::Concentrate);
        assert!(
            board.assets().len() == 4
                && board
                    .assets()
                    .iter()
                    .all(|it| board.asset_tally(it.id, &layout).score().is_some())
        );
        let metrics = board.metrics(None);
        assert!(
            metrics.len() >= 7
                && metrics
                    .iter()
                    .all(|metric| metric.values.len() >= 3 && metric.standing().is_some())
        );
        assert!(board.threads().iter().any(|thread| !thread.replies.is_empty()));
        assert_eq!(board.views().len(), 2);
        for view in board.views() {
            assert_eq!(model::find::Query::parse(&view.query).to_string(), view.query);
        }
        let today = Date::of_ms(0);
        assert!(board.review_state(today).last.is_some_and(|review| review.on < today));
        let changes = board.changes_since(board.reviews()[0]);
        assert_eq!(changes, model::review::Changes::default());
    }
}

#[test]
fn a_stage_set_needs_no_examples() {
    let doc = seed_stages(env(), StageSet::Purchase, Lang::En, Some("Map")).unwrap();
    assert_eq!((doc.board().map.title.as_str(), doc.board().stages.len()), ("Map", 3));
}

#[test]
fn the_cafe_shows_what_unrated_and_outside_look_like() {
    let board = board(Template::Cafe, Lang::En);
    let count = |wanted: fn(&model::board::Touchpoint) -> bool| {
        board
            .touchpoints
            .values()
            .filter(|touchpoint| wanted(touchpoint))
            .count()
    };
    assert_eq!(count(|card| card.importance.is_empty()), 1);
    assert_eq!(count(|card| card.performance.is_empty()), 2);
    assert_eq!(count(|card| card.control == Some(Control::Outside)), 6);
    assert!(count(|card| card.emotion.len() < card.personas.len()) > 0);

    let wait = board
        .touchpoints
        .values()
        .find(|card| card.name == "Waiting for the drink at rush hour")
        .unwrap();
    assert_eq!(
        wait.channel.map(|channel| board.channels[&channel].name.as_str()),
        Some("Coffee bar")
    );
    let mean = |criterion| board.ratings_for(None).mean(wait, criterion).unwrap();
    let (importance, performance) = (mean(Criterion::Importance), mean(Criterion::Performance));
    assert!((importance.mean - 4.8).abs() < 1e-9 && (performance.mean - 2.2).abs() < 1e-9);
    assert_eq!((importance.raters, performance.raters), (5, 5));
}

#[test]
fn both_languages_draw_the_same_map_in_their_own_words() {
    // The names of these are the same in both languages.
    let shared = [
        "Cà phê Hiên",
        "Tiệm Lá Me",
        "Trạm Kho",
        "Instagram",
        "TikTok",
        "Google Maps",
        "Google",
        "Messenger",
        "Zalo",
        "Facebook",
        "LinkedIn",
    ];
    for template in every_template() {
        let (vi, en) = (texts(&board(template, Lang::Vi)), texts(&board(template, Lang::En)));
        assert_eq!(vi.len(), en.len());
        for (vi, en) in vi.iter().zip(&en) {
            assert!(
                vi != en || shared.contains(&vi.as_str()),
                "{vi:?} stands in both languages"
            );
            for text in [vi, en] {
                assert!(
                    !text.trim().is_empty() && text.trim() == text && !text.contains("  "),
                    "{text:?}"
                );
                assert!(is_nfc(text), "{text:?} is not NFC");
            }
        }
    }
}

#[test]
fn a_seeded_map_survives_its_encoding_and_stays_small() {
    for template in every_template() {
        let doc = seed(env(), template, Lang::Vi, None).unwrap();
        let encoded = doc.encode();
        assert!(encoded.len() < 128 * 1024, "{template:?}: {} bytes", encoded.len());
        assert_eq!(BoardDoc::open(env(), &encoded).unwrap().board(), doc.board());
    }
}

#[test]
fn two_maps_of_one_template_share_no_id() {
    let ids = |board: Board| -> BTreeSet<String> {
        let touchpoints = board.touchpoints.keys().map(ToString::to_string);
        touchpoints
            .chain(board.stages.keys().map(ToString::to_string))
            .collect()
    };
    assert!(ids(board(Template::Cafe, Lang::Vi)).is_disjoint(&ids(board(Template::Cafe, Lang::Vi))));
}

#[test]
fn templates_read_and_write_as_one_word() {
    for template in every_template() {
        let json = serde_json::to_string(&template).unwrap();
        assert_eq!(json, format!("\"{}\"", template.word()));
        assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), template);
    }
    assert_eq!(
        Template::from_word("life-cycle"),
        Some(Template::StageSet(StageSet::LifeCycle))
    );
    assert!(serde_json::from_str::<Template>("\"tea-house\"").is_err());
    assert_eq!(serde_json::to_string(&Lang::Vi).unwrap(), "\"vi\"");
    assert_eq!(Lang::from_word("en"), Some(Lang::En));
}

/// A day late enough for everything the examples tell to have happened after 1970.
const TODAY: u64 = 1_760_000_000_000;

fn lived_in(template: Template, lang: Lang) -> Board {
    let env = Env {
        nfc: |text| text.nfc().collect(),
        now_ms: || TODAY,
    };
    seed(env, template, lang, None).unwrap().board().clone()
}

#[test]
fn every_example_has_loops_in_every_state_and_what_customers_said() {
    let today = Date::of_ms(TODAY);
    for template in Template::EXAMPLES {
        let board = lived_in(*template, Lang::Vi);
        let columns = board.layout().improvements;
        assert!(
            columns.iter().all(|cards| !cards.is_empty()),
            "{template:?}: {columns:?}"
        );
        let chains = board.chains();
        let (mut ends, mut longest) = (BTreeSet::new(), 0);
        for it in board.improvements() {
            assert_eq!(board.flags(it, &chains), [], "{}", it.name);
            assert!(!it.problem.is_empty() && !it.owner.is_empty(), "{}", it.name);
            ends.extend(it.ended());
            longest = longest.max(board.chain(it, &chains).len());
            // Nothing has happened after today, and everything in its order.
            let (stays, since) = it.stays();
            assert!(since.is_some_and(|since| since <= TODAY));
            assert!(
                it.step == Step::Evaluate || stays.iter().flatten().count() > 0,
                "{}",
                it.name
            );
            let activity = it.activity();
            assert!(activity.windows(2).all(|pair| pair[0].to == pair[1].from));
            assert!(
                activity
                    .first()
                    .is_none_or(|first| Some(first.mark.at) >= it.begun_ms())
            );
            assert!(
                it.live.is_none_or(|live| live <= today) && it.live.zip(it.due).is_none_or(|(live, due)| live >= due)
            );
            let judged = it.verdict.as_ref();
            let by = judged.and_then(|verdict| Some((verdict.on?, Date::of_ms(verdict.given.at))));
            assert!(by.is_none_or(|(value, day)| value <= day), "{}", it.name);
        }
        assert_eq!(ends, VerdictKind::ALL.iter().copied().collect());
        assert!(longest >= 2);
        assert!(board.improvements().any(|it| it.origin.is_some()));
        assert!(board.improvements().any(|it| it.checked().0 < it.checked().1));
        assert!(*template != Template::Cafe || board.improvements().any(|it| it.is_overdue(today)));
        assert!(improvements_of(&board).iter().any(|line| line.previous.is_some()));

        let tallies = board.feedback_tallies();
        let said: u32 = tallies.values().map(|tally| tally.count).sum();
        assert!((12..=20).contains(&said), "{template:?}: {said} entries");
        assert!(tallies[&None].count >= 2, "something waits in the inbox");
        assert!(tallies.values().any(|tally| tally.nps().is_some()));
        assert!(tallies.values().any(|tally| tally.csat().is_some()));
        assert!(
            board
                .feedback_where(|_| true)
                .iter()
                .all(|it| it.entry.on.is_some_and(|on| on <= today))
        );
    }
}

#[test]
fn both_languages_tell_the_same_loops() {
    for template in Template::EXAMPLES {
        let [vi, en] = LANGS.map(|lang| {
            let board = lived_in(*template, lang);
            let loops = board
                .improvements()
                .map(|it| (it.step, it.ended(), it.checks.len(), it.baseline, it.live));
            let mut loops: Vec<String> = loops.map(|it| format!("{it:?}")).collect();
            loops.sort();
            let texts = board.improvements().flat_map(|it| {
                let checks = it.checks.iter().map(|check| check.text.clone());
                [
                    it.name.clone(),
                    it.problem.clone(),
                    it.practice.clone(),
                    it.reason.clone(),
                ]
                .into_iter()
                .chain(checks)
            });
            let said = board.feedback_where(|_| true);
            let texts: BTreeSet<String> = texts.chain(said.iter().map(|it| it.entry.text.clone())).collect();
            assert!(
                texts
                    .iter()
                    .all(|text| text.trim() == text && is_nfc(text) && !text.contains(" | "))
            );
            (loops, texts)
        });
        assert_eq!(vi.0, en.0);
        let both: Vec<&String> = vi.1.intersection(&en.1).filter(|text| !text.is_empty()).collect();
        assert!(both.is_empty(), "{both:?}");
        assert_eq!(vi.1.len(), en.1.len());
    }
}
