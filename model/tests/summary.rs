//! The map in short, as lists and the search use it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use model::board::{Emotion, Phase};
use model::doc::{BoardDoc, Env};
use model::edit::{At, Edit, Entity, MapField, TouchpointField};
use model::id::{PersonaId, StageId, TouchpointId};
use model::loops::overview::LoopSummary;
use model::summary::Summary;
use model::templates::{Lang, Template, seed};
use unicode_normalization::UnicodeNormalization;

fn env() -> Env {
    Env {
        nfc: |text| text.nfc().collect(),
        now_ms: || 0,
    }
}

/// A map that tests fill by hand.
struct Scene(BoardDoc);

impl Scene {
    fn new() -> Self {
        Self(BoardDoc::new(env()))
    }
    fn edit(&mut self, edit: Edit) {
        self.0.edit(edit).unwrap();
    }
    fn stage(&mut self, name: &str, phase: Phase) -> StageId {
        let id = StageId::fresh();
        self.edit(Edit::AddStage {
            id,
            name: name.into(),
            phase,
            at: At::Last,
        });
        id
    }
    fn touchpoint(&mut self, stage: StageId, name: &str) -> TouchpointId {
        let id = TouchpointId::fresh();
        self.edit(Edit::AddTouchpoint {
            id,
            name: name.into(),
            stage,
            at: At::Last,
        });
        id
    }
    fn persona(&mut self, name: &str, at: At<PersonaId>) -> PersonaId {
        let id = PersonaId::fresh();
        self.edit(Edit::AddPersona {
            id,
            name: name.into(),
            at,
        });
        id
    }
    fn feel(&mut self, touchpoint: TouchpointId, persona: Option<PersonaId>, emotion: i64) {
        let emotion = Some(Emotion::try_from(emotion).unwrap());
        self.edit(Edit::SetTouchpoint(
            touchpoint,
            TouchpointField::Emotion(persona, emotion),
        ));
    }
    fn summary(&self) -> Summary {
        self.0.board().summary()
    }
}

#[test]
fn an_empty_map_is_an_empty_summary() {
    assert_eq!(Scene::new().summary(), Summary::default());
}

#[test]
fn counts_and_curve_follow_the_order_of_the_map() {
    let mut scene = Scene::new();
    scene.edit(Edit::SetMap(MapField::Title("Đường đến quán".into())));
    let before = scene.stage("Cân nhắc", Phase::Before);
    let after = scene.stage("Gắn bó", Phase::After);
    let late = scene.touchpoint(after, "Hoá đơn");
    let early = scene.touchpoint(before, "Điểm hẹn");
    scene.touchpoint(before, "Thực đơn");
    scene.feel(late, None, -2);
    scene.feel(early, None, 1);
    assert_eq!(
        scene.summary(),
        Summary {
            title: "Đường đến quán".into(),
            brand: String::new(),
            stages: vec![(Phase::Before, 2), (Phase::After, 1)],
            curve: vec![Some(1), None, Some(-2)],
            touchpoints: 3,
            loops: LoopSummary::default(),
            search: "duong den quan\ncan nhac\ngan bo\ndiem hen\nthuc don\nhoa don".into(),
        }
    );
}

#[test]
fn the_first_persona_is_in_focus() {
    let mut scene = Scene::new();
    let stage = scene.stage("Gọi món", Phase::During);
    let wait = scene.touchpoint(stage, "Chờ lấy món");
    let quan = scene.persona("Quân", At::Last);
    scene.feel(wait, Some(quan), -1);
    assert_eq!(scene.summary().curve, [Some(-1)]);
    let linh = scene.persona("Linh", At::First);
    assert_eq!(scene.summary().curve, [None]);
    scene.feel(wait, Some(linh), 2);
    assert_eq!(scene.summary().curve, [Some(2)]);
}

#[test]
fn what_lies_in_the_trash_is_left_out() {
    let mut scene = Scene::new();
    let kept = scene.stage("Ở lại", Phase::Before);
    let gone = scene.stage("Ra đi", Phase::After);
    scene.touchpoint(kept, "Lời chào");
    let card = scene.touchpoint(kept, "Lời tạm biệt");
    scene.touchpoint(gone, "Đi theo giai đoạn");
    scene.edit(Edit::Trash(Entity::Touchpoint(card)));
    scene.edit(Edit::Trash(Entity::Stage(gone)));
    let summary = scene.summary();
    assert_eq!((summary.stages, summary.touchpoints), (vec![(Phase::Before, 1)], 1));
    assert_eq!(summary.search, "o lai\nloi chao");
}

#[test]
fn the_search_text_is_bounded() {
    let mut scene = Scene::new();
    let stage = scene.stage("Giai đoạn", Phase::Before);
    let name = "ộ".repeat(200);
    let add = |_| Edit::AddTouchpoint {
        id: TouchpointId::fresh(),
        name: name.clone(),
        stage,
        at: At::Last,
    };
    scene.edit(Edit::Batch((0..400).map(add).collect()));
    let summary = scene.summary();
    assert_eq!(summary.touchpoints, 400);
    assert!(
        (64 * 1024 - 200..=64 * 1024).contains(&summary.search.len()),
        "{}",
        summary.search.len()
    );
    assert!(summary.search.ends_with("oo"));
}

#[test]
fn the_cafe_in_short() {
    let doc = seed(env(), Template::Cafe, Lang::Vi, None).unwrap();
    let summary = doc.board().summary();
    assert_eq!(
        (summary.title.as_str(), summary.brand.as_str()),
        ("Một buổi sáng ở quán", "Cà phê Hiên")
    );
    assert_eq!(
        summary.stages,
        [
            (Phase::Before, 6),
            (Phase::Before, 5),
            (Phase::During, 8),
            (Phase::During, 7),
            (Phase::After, 6),
            (Phase::After, 4)
        ]
    );
    assert_eq!(summary.touchpoints, 36);
    let lowest = summary.curve.iter().flatten().min();
    assert_eq!(lowest, Some(&-2));
    assert_eq!(summary.curve.iter().filter(|point| point.is_none()).count(), 5);
    assert!(summary.search.contains("cho lay mon gio cao diem"));
    let json = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
}
