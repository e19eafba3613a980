//! Stage sets: the columns a map may start with, its lanes, and the channels most teams name first.

use super::{LANES, Lang, StageSet, T, add_channel, add_lane};
use crate::board::{Board, NoteHome, Phase, Stage};
use crate::edit::{At, Edit, Entity};
use crate::fold::fold;
use crate::id::{ChannelId, LaneId, StageId};
use crate::layout::Layout;

pub(super) const TITLE: T = T("Bản đồ mới", "New map");

const PURCHASE: &[(T, Phase)] = &[
    (T("Trước khi mua", "Before"), Phase::Before),
    (T("Trong khi mua", "During"), Phase::During),
    (T("Sau khi mua", "After"), Phase::After),
];

const LIFE_CYCLE: &[(T, Phase)] = &[
    (T("Tiếp cận", "Reach"), Phase::Before),
    (T("Thu hút", "Acquisition"), Phase::Before),
    (T("Chuyển đổi, duy trì", "Conversion and retention"), Phase::During),
    (T("Trung thành", "Loyalty"), Phase::After),
    (T("Truyền bá", "Advocacy"), Phase::After),
];

const AWARENESS: &[(T, Phase)] = &[
    (T("Nhận biết", "Awareness"), Phase::Before),
    (T("Cân nhắc", "Consideration"), Phase::Before),
    (T("Mua hàng", "Purchase"), Phase::During),
    (T("Sử dụng", "Use"), Phase::After),
    (T("Trung thành", "Loyalty"), Phase::After),
];

const BLANK: &[(T, Phase)] = &[(T("Giai đoạn 1", "Stage 1"), Phase::Before)];

const CHANNELS: [T; 6] = [
    T("Mạng xã hội", "Social media"),
    T("Trang web", "Website"),
    T("Cửa hàng", "Shop"),
    T("Điện thoại", "Phone"),
    T("Email", "E-mail"),
    T("Zalo", "Messaging app"),
];

fn stages(set: StageSet) -> &'static [(T, Phase)] {
    match set {
        StageSet::Purchase => PURCHASE,
        StageSet::LifeCycle => LIFE_CYCLE,
        StageSet::Awareness => AWARENESS,
        StageSet::Blank => BLANK,
    }
}

fn add_stage(name: T, phase: Phase, lang: Lang) -> Edit {
    let (id, name) = (StageId::fresh(), name.of(lang));
    Edit::AddStage {
        id,
        name,
        phase,
        at: At::Last,
    }
}

pub(super) fn edits(set: StageSet, lang: Lang) -> Vec<Edit> {
    let stages = stages(set).iter().map(|&(name, phase)| add_stage(name, phase, lang));
    let lanes = LANES.iter().map(|&kind| add_lane(LaneId::fresh(), kind));
    let channels = CHANNELS
        .iter()
        .map(|name| add_channel(ChannelId::fresh(), name.of(lang)));
    stages.chain(lanes).chain(channels).collect()
}

impl StageSet {
    /// Gives a map these stages, as one batch (SPEC E23): those it has by name stay with their cards and come into
    /// the order of the set, others are added; of the rest the empty ones go to the trash.
    #[must_use]
    pub fn apply(self, lang: Lang, board: &Board, layout: &Layout) -> Edit {
        let mut edits = Vec::new();
        let mut rest: Vec<&Stage> = layout.all_stages.iter().filter_map(|id| board.stages.get(id)).collect();
        for &(name, phase) in stages(self) {
            let is_it = |stage: &&Stage| [name.0, name.1].iter().any(|name| fold(name) == fold(&stage.name));
            match rest.iter().position(is_it) {
                Some(at) => {
                    let id = rest.remove(at).id;
                    edits.extend([
                        Edit::SetPhase(id, phase),
                        Edit::Hide(Entity::Stage(id), false),
                        Edit::MoveStage(id, At::Last),
                    ]);
                }
                None => edits.push(add_stage(name, phase, lang)),
            }
        }
        for stage in rest {
            let has_notes = layout
                .notes
                .keys()
                .any(|home| matches!(home, NoteHome::Cell { stage: it, .. } if *it == stage.id));
            if !has_notes && layout.cards.get(&stage.id).is_none_or(Vec::is_empty) {
                edits.push(Edit::Trash(Entity::Stage(stage.id)));
            }
        }
        Edit::Batch(edits)
    }
}
