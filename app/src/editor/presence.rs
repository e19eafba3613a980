//! Who else is here, on which card, and in which field they type.

use model::edit::Entity;

/// Where this person is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The card: a touchpoint of the map, an improvement of the feedback-loop board.
    pub on: Option<Entity>,
    /// The field they type in.
    pub field: Option<String>,
}

/// Someone else who has this map open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Which connection it is.
    pub client: u64,
    /// Empty for a guest.
    pub name: String,
    /// 1–4.
    pub color: u8,
    /// The card they are on.
    pub on: Option<Entity>,
    /// The field they type in.
    pub field: Option<String>,
}

/// Who is on a card or in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Empty for a guest.
    pub name: String,
    /// 1–4.
    pub color: u8,
}

impl Peer {
    fn holder(&self) -> Holder {
        Holder {
            name: self.name.clone(),
            color: self.color,
        }
    }
}

/// Who is on a card; the first of several.
#[must_use]
pub fn holder(peers: &[Peer], card: Entity) -> Option<Holder> {
    peers.iter().find(|peer| peer.on == Some(card)).map(Peer::holder)
}

/// Who types where.
#[must_use]
pub fn typists(peers: &[Peer]) -> Vec<(String, Holder)> {
    peers
        .iter()
        .filter_map(|peer| Some((peer.field.clone()?, peer.holder())))
        .collect()
}

/// What somebody is called, without what they are: "Linh" of "Linh, sinh viên".
#[must_use]
pub fn called(name: &str) -> &str {
    let called = name.split(',').next().unwrap_or_default().trim();
    if called.is_empty() { name } else { called }
}

/// Up to two letters for a face: the first letters of the last two words that somebody is called by, since in
/// Vietnamese the given name comes last ("Nguyễn Minh Thư" is MT).
#[must_use]
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = called(name).split_whitespace().collect();
    let last = &words[words.len().saturating_sub(2)..];
    last.iter()
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{called, initials};

    #[test]
    fn a_face_shows_the_last_two_words() {
        assert_eq!(initials("Nguyễn Minh Thư"), "MT");
        assert_eq!(initials("ánh"), "Á");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn what_a_persona_is_stands_behind_the_comma_and_not_in_its_face() {
        assert_eq!(initials("Linh, sinh viên"), "L");
        assert_eq!(initials("Trần Quân, văn phòng"), "TQ");
        assert_eq!(called(", sinh viên"), ", sinh viên");
    }
}
