//! Stage sets: the columns a map may start with, its lanes, and the channels most teams name first.

use super::{LANES, Lang, StageSet, T, add_channel, add_lane};
use crate::board::Phase;
use crate::edit::{At, Edit};
use crate::id::{ChannelId, LaneId, StageId};

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

pub(super) fn edits(set: StageSet, lang: Lang) -> Vec<Edit> {
    let stages = match set {
        StageSet::Purchase => PURCHASE,
        StageSet::LifeCycle => LIFE_CYCLE,
        StageSet::Awareness => AWARENESS,
        StageSet::Blank => BLANK,
    };
    let stages = stages.iter().map(|&(name, phase)| Edit::AddStage {
        id: StageId::fresh(),
        name: name.of(lang),
        phase,
        at: At::Last,
    });
    let lanes = LANES.iter().map(|&kind| add_lane(LaneId::fresh(), kind));
    let channels = CHANNELS
        .iter()
        .map(|name| add_channel(ChannelId::fresh(), name.of(lang)));
    stages.chain(lanes).chain(channels).collect()
}
