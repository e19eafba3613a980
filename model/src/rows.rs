//! Touchpoints as rows of a table: what is copied to the clipboard, and what is pasted from it.
//!
//! The clipboard holds tab-separated text with a line of headers, as spreadsheets copy and paste it: cards go from
//! map to map, from a spreadsheet into a map, and from a map into a spreadsheet by one and the same way. Channels,
//! personas and stages are named, not numbered, so a row can cross maps.

use std::collections::BTreeMap;

use crate::board::{
    Board, Control, Directness, Emotion, Link, Nature, NoteHome, Quality, Rank, Score, Touchpoint, word,
};
use crate::bulk::add_card;
use crate::edit::{At, Edit, TouchpointField};
use crate::fold::fold;
use crate::id::{ChannelId, LinkId, PersonId, PersonaId, StageId, TouchpointId};
use crate::layout::Layout;
use crate::limits::{LINKS_MAX, NAME_MAX, ROWS_MAX, TEXT_MAX};
use crate::links;
use crate::templates::Lang;

word!(/// What a column of the table says.
    Column { /// The touchpoint's name.
        Name = "name", /// The stage's name: rows go there if the map has it.
        Stage = "stage", /// The channel's name; one that the map lacks is added.
        Channel = "channel", /// Names of personas, a line each or parted by `;`.
        Personas = "personas", /// What it is made of.
        Nature = "nature", /// Direct or indirect.
        Directness = "directness", /// The brand's own or not.
        Control = "control", /// A number for customers in general, or `name: number` for a persona, a line each.
        Emotion = "emotion", /// Importance, 1–5: the rating of whoever pastes.
        Importance = "importance", /// Performance, 1–5: the rating of whoever pastes.
        Performance = "performance", /// Who looks after it.
        Owner = "owner", /// Which department it belongs to.
        Department = "department", /// Yes or no.
        MomentOfTruth = "moment", /// Yes or no.
        Appropriate = "appropriate", /// Yes or no.
        Relevant = "relevant", /// Yes or no.
        Meaningful = "meaningful", /// Yes or no.
        Endearing = "endearing", /// Title and address, a line each.
        Links = "links", /// Running text.
        Notes = "notes", /// A line each; a line that starts with two blanks goes on with the one before.
        Pains = "pains", /// A line each, as pain points.
        Opportunities = "opportunities" });

/// Headers of each column: Vietnamese, English, then what else is understood. All are compared folded.
const HEADERS: [&[&str]; Column::ALL.len()] = [
    &[
        "Điểm chạm",
        "Touchpoint",
        "name",
        "tên",
        "tên điểm chạm",
        "điểm tiếp xúc",
        "touchpoints",
    ],
    &["Giai đoạn", "Stage"],
    &["Kênh", "Channel", "kênh tiếp xúc"],
    &["Chân dung", "Personas", "persona", "chân dung khách hàng"],
    &["Bản chất", "Nature", "loại", "type"],
    &["Tiếp xúc", "Directness", "trực tiếp hay gián tiếp"],
    &["Kiểm soát", "Control", "mức kiểm soát"],
    &["Cảm xúc", "Emotion", "emotions"],
    &["Mức độ quan trọng", "Importance", "quan trọng", "tầm quan trọng"],
    &["Hiệu quả", "Performance", "mức độ hiệu quả"],
    &["Phụ trách", "Owner", "người phụ trách", "responsible"],
    &["Bộ phận", "Department", "phòng ban", "team"],
    &["Khoảnh khắc quyết định", "Moment of truth", "thời khắc quyết định"],
    &["Phù hợp", "Appropriate"],
    &["Liên quan", "Relevant", "đáp ứng nhu cầu"],
    &["Có ý nghĩa", "Meaningful", "ý nghĩa"],
    &["Gắn bó", "Endearing", "tạo gắn bó"],
    &["Liên kết", "Links", "link", "url"],
    &["Ghi chú", "Notes", "note", "mô tả", "description"],
    &["Điểm đau", "Pain points", "pains", "pain point"],
    &["Cơ hội cải tiến", "Opportunities", "cơ hội", "opportunity"],
];

/// Words in cells, by column: what stands in the document, Vietnamese, English, then what else is understood.
const WORDS: [(Column, &[&str]); 10] = [
    (Column::Nature, &["physical", "Vật lý", "Physical", "vật chất"]),
    (Column::Nature, &["digital", "Kỹ thuật số", "Digital", "số"]),
    (Column::Nature, &["human", "Con người", "Human"]),
    (Column::Nature, &["communication", "Truyền thông", "Communication"]),
    (Column::Directness, &["direct", "Trực tiếp", "Direct"]),
    (Column::Directness, &["indirect", "Gián tiếp", "Indirect"]),
    (
        Column::Control,
        &[
            "own",
            "Của thương hiệu",
            "The brand’s own",
            "the brand's own",
            "trong tầm kiểm soát",
        ],
    ),
    (
        Column::Control,
        &[
            "outside",
            "Ngoài tầm kiểm soát",
            "Outside its control",
            "bên ngoài",
            "ngoài",
        ],
    ),
    // Yes and no, whatever the column.
    (
        Column::MomentOfTruth,
        &["yes", "Có", "Yes", "x", "✓", "1", "true", "đúng", "y"],
    ),
    (Column::MomentOfTruth, &["no", "Không", "No", "0", "false", "sai", "n"]),
];

/// Why a cell was not taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its word or number is not understood; the field is left unset.
    Unknown,
    /// No persona or stage is called so; the persona is left out, the card goes where it was pasted.
    NotFound,
    /// It is longer than the field may be, or there are more than there may be: the end is left out.
    TooLong,
    /// The row has no name: it is left out, and reported with all its cells.
    NoName,
}

/// A cell that was not taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the table, counted from 1, the headers included.
    pub row: usize,
    /// The column.
    pub column: Column,
    /// What stands in the cell, or the part of it; of a row without a name all its cells, parted by tabs.
    pub cell: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What pasting will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paste {
    /// One batch that adds everything.
    pub edit: Edit,
    /// The touchpoints it adds, in order.
    pub cards: Vec<TouchpointId>,
    /// What could not be taken as it stands.
    pub report: Report,
}

/// What could not be taken as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Cell by cell.
    pub problems: Vec<Problem>,
    /// The rows of these cells as they were pasted, under their headers: nothing typed is lost, and once mended they
    /// can be pasted again.
    pub rows: String,
}

/// Where and for whom rows are pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasteInto {
    /// The stage that rows without a stage of their own go to.
    pub stage: StageId,
    /// Where in it.
    pub at: At<TouchpointId>,
    /// Whose ratings the columns of importance and performance are; `None` leaves them out and says so.
    pub rater: Option<PersonId>,
}

/// Nothing can be pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// The text holds no rows.
    #[error("there is nothing to paste")]
    Nothing,
    /// The text holds more rows than are pasted at once.
    #[error("{rows} rows where {max} are pasted at once")]
    TooMany {
        /// How many there are.
        rows: usize,
        /// How many there may be: [`ROWS_MAX`].
        max: usize,
    },
}

/// Takes tab-separated text apart: see [`table_by`].
#[must_use]
pub fn table(text: &str) -> Vec<Vec<String>> {
    table_by(text, '\t')
}

/// Takes a text apart whose cells are parted by `separator`. Cells may be quoted (`"a ""b"""`, line breaks inside); lines end with CR, LF or
/// both. A quote that is never closed, or not at the start of a cell, stands for itself.
#[must_use]
pub fn table_by(text: &str, separator: char) -> Vec<Vec<String>> {
    Rows::of(text, separator).collect()
}

/// The rows of a text one by one: see [`table_by`].
pub(crate) struct Rows<'a> {
    /// What has not been read; `None` after the last row.
    pub rest: Option<&'a str>,
    separator: char,
}

impl<'a> Rows<'a> {
    /// From the start of a text on.
    pub(crate) fn of(text: &'a str, separator: char) -> Self {
        let rest = Some(text.strip_prefix('\u{feff}').unwrap_or(text));
        Self { rest, separator }
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let (mut row, mut rest) = (Vec::new(), self.rest?);
        loop {
            let (cell, after) = match quoted(rest, self.separator) {
                Some(found) => found,
                None => {
                    let end = rest.find([self.separator, '\n', '\r']).unwrap_or(rest.len());
                    (rest[..end].to_owned(), &rest[end..])
                }
            };
            row.push(cell);
            if let Some(next) = after.strip_prefix(self.separator) {
                rest = next;
                continue;
            }
            let next = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
            self.rest = next.filter(|next| !next.is_empty());
            return Some(row);
        }
    }
}

/// A quoted cell at the start of the text, and what follows it: the end of a cell.
fn quoted(text: &str, separator: char) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let end = rest.find('"')?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None if rest.is_empty() || rest.starts_with([separator, '\n', '\r']) => {
                return Some((cell.replace("\r\n", "\n"), rest));
            }
            None => return None,
        }
    }
}

/// Whether a spreadsheet might take the text for a formula (F40). A whole number is none.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<i64>().is_err()
}

fn write_cell(text: &str, out: &mut String) {
    if is_formula(text.trim_start_matches('\'')) {
        put_cell(&format!("'{text}"), '\t', out);
    } else {
        put_cell(text, '\t', out);
    }
}

fn write_line<'a>(cells: impl Iterator<Item = &'a str>, out: &mut String) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push('\t');
        }
        write_cell(cell, out);
    }
    out.push_str("\r\n");
}

/// Writes a cell, in quotes where it holds what would end it.
pub(crate) fn put_cell(text: &str, separator: char, out: &mut String) {
    if text.contains([separator, '\n', '\r', '"']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

/// The cell without the mark that keeps a spreadsheet from reckoning with it.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// Several texts in one cell: a line each, further lines of one indented.
fn in_lines<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(|text| text.replace('\n', "\n  ")).collect();
    texts.join("\n")
}

/// The texts of a cell, each with its line breaks.
fn lines(cell: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in cell.lines() {
        match (line.strip_prefix("  "), texts.last_mut()) {
            (Some(more), Some(text)) => text.extend(["\n", more]),
            _ => texts.push(line.to_owned()),
        }
    }
    texts.retain(|text| !text.trim().is_empty());
    texts
}

/// Whether no name can be made of a cell.
fn says_nothing(cell: &str) -> bool {
    plain(cell)
        .chars()
        .all(|letter| letter.is_control() || letter.is_whitespace())
}

/// The column that a header names.
fn column_of(header: &str) -> Option<Column> {
    let header = fold(header.trim());
    let at = HEADERS
        .iter()
        .position(|names| names.iter().any(|name| fold(name) == header))?;
    Column::ALL.get(at).copied()
}

/// The word of the document for a cell.
fn word_of(column: Column, cell: &str) -> Option<&'static str> {
    let cell = fold(cell.trim());
    let mut words = WORDS.iter().filter(|(of, _)| *of == column);
    let (_, words) = words.find(|(_, words)| words.iter().any(|word| fold(word) == cell))?;
    words.first().copied()
}

/// How a word of the document reads in a cell.
fn said(column: Column, word: &str, lang: Lang) -> String {
    let mut words = WORDS.iter().filter(|(of, _)| *of == column);
    let found = words.find(|(_, words)| words.first() == Some(&word));
    found.map_or("", |(_, words)| words[1 + lang as usize]).to_owned()
}

pub(crate) fn short(text: &str) -> String {
    text.chars().take(NAME_MAX).collect()
}

impl Board {
    /// Touchpoints as tab-separated text with headers, in the order of the map: columns in which something stands.
    /// Stages and ratings are left out: the rows are for where they are pasted, and ratings belong to their raters.
    #[must_use]
    pub fn copy(&self, cards: &[TouchpointId], lang: Lang, layout: &Layout) -> String {
        let order = layout.in_order();
        let cards = order.iter().filter(|id| cards.contains(id));
        let rows: Vec<Vec<String>> = cards
            .filter_map(|id| self.touchpoints.get(id))
            .map(|card| {
                Column::ALL
                    .iter()
                    .map(|column| self.cell(card, *column, lang, layout))
                    .collect()
            })
            .collect();
        let used: Vec<usize> = (0..Column::ALL.len())
            .filter(|i| *i == 0 || rows.iter().any(|row| !row[*i].is_empty()))
            .collect();
        let mut text = String::new();
        write_line(used.iter().map(|i| HEADERS[*i][lang as usize]), &mut text);
        for row in &rows {
            write_line(used.iter().map(|i| row[*i].as_str()), &mut text);
        }
        text
    }

    fn cell(&self, card: &Touchpoint, column: Column, lang: Lang, layout: &Layout) -> String {
        let persona = |id: &PersonaId| self.personas.get(id).map(|persona| persona.name.as_str());
        let notes = |home| {
            let notes = layout.notes.get(&home).into_iter().flatten();
            in_lines(notes.filter_map(|id| self.notes.get(id)).map(|note| note.text.as_str()))
        };
        let yes = |answer: Option<bool>| match answer {
            Some(yes) => said(Column::MomentOfTruth, if yes { "yes" } else { "no" }, lang),
            None => String::new(),
        };
        let say = |word: Option<&str>| word.map_or_else(String::new, |word| said(column, word, lang));
        match column {
            Column::Name => card.name.clone(),
            Column::Stage | Column::Importance | Column::Performance => String::new(),
            Column::Channel => {
                let channel = card.channel.and_then(|id| self.channels.get(&id));
                channel.map_or_else(String::new, |channel| channel.name.clone())
            }
            Column::Personas => in_lines(
                layout
                    .personas
                    .iter()
                    .filter(|id| card.personas.contains(id))
                    .filter_map(persona),
            ),
            Column::Nature => say(card.nature.map(Nature::word)),
            Column::Directness => say(card.directness.map(Directness::word)),
            Column::Control => say(card.control.map(Control::word)),
            Column::Emotion => {
                let lines = card.emotion.iter().filter_map(|(who, how)| match who {
                    None => Some(how.get().to_string()),
                    Some(id) => persona(id).map(|name| format!("{name}: {}", how.get())),
                });
                lines.collect::<Vec<String>>().join("\n")
            }
            Column::Owner => card.owner.clone(),
            Column::Department => card.department.clone(),
            Column::MomentOfTruth => yes(card.moment_of_truth.then_some(true)),
            Column::Appropriate => yes(card.quality[0]),
            Column::Relevant => yes(card.quality[1]),
            Column::Meaningful => yes(card.quality[2]),
            Column::Endearing => yes(card.quality[3]),
            Column::Links => {
                let lines = card
                    .links
                    .iter()
                    .map(|link| format!("{} {}", link.title, link.url).trim().to_owned());
                lines.collect::<Vec<String>>().join("\n")
            }
            Column::Notes => card.notes.clone(),
            Column::Pains => notes(NoteHome::Pain(card.id)),
            Column::Opportunities => notes(NoteHome::Opportunity(card.id)),
        }
    }

    /// Reads rows and makes the edit that adds them. With a line of headers in Vietnamese or English each column
    /// goes to its field; the cells of a column that is not known go to the notes under its header. Without headers
    /// the first column is the name, and the rest goes to the notes.
    ///
    /// # Errors
    /// When there are no rows, or more than [`ROWS_MAX`]: nothing is pasted then.
    pub fn paste(&self, text: &str, into: PasteInto, layout: &Layout) -> Result<Paste, PasteError> {
        let mut table = table(text);
        let headers: Option<Vec<(Option<Column>, String)>> = {
            let first = table.first().map_or(&[][..], Vec::as_slice);
            let columns = first.iter().map(|header| (column_of(header), header.trim().to_owned()));
            let columns: Vec<(Option<Column>, String)> = columns.collect();
            let named = columns.iter().any(|(column, _)| *column == Some(Column::Name));
            named.then_some(columns)
        };
        let skip = usize::from(headers.is_some());
        let is_blank = |row: &Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
        let rows = table.iter().skip(skip).filter(|row| !is_blank(row)).count();
        if rows == 0 {
            return Err(PasteError::Nothing);
        }
        if rows > ROWS_MAX {
            return Err(PasteError::TooMany { rows, max: ROWS_MAX });
        }
        let headers = headers.unwrap_or_else(|| vec![(Some(Column::Name), String::new())]);
        let mut reader = Reader {
            board: self,
            layout,
            into,
            channels: BTreeMap::new(),
            at: into.at,
            row: 0,
            edits: Vec::new(),
            cards: Vec::new(),
            problems: Vec::new(),
        };
        for (id, channel) in self.channels.iter().filter(|(_, channel)| channel.trashed.is_none()) {
            reader.channels.insert(fold(&channel.name), *id);
        }
        let first = table.first().filter(|_| skip > 0).cloned();
        let mut rows = String::new();
        for (i, row) in table.drain(..).enumerate().skip(skip) {
            if !is_blank(&row) {
                reader.row = i + 1;
                let before = reader.problems.len();
                reader.read(&headers, &row);
                if reader.problems.len() > before {
                    if let Some(first) = first.as_ref().filter(|_| rows.is_empty()) {
                        write_line(first.iter().map(|cell| plain(cell)), &mut rows);
                    }
                    write_line(row.iter().map(|cell| plain(cell)), &mut rows);
                }
            }
        }
        Ok(Paste {
            edit: Edit::Batch(reader.edits),
            cards: reader.cards,
            report: Report {
                problems: reader.problems,
                rows,
            },
        })
    }
}

/// Rows being read.
struct Reader<'a> {
    board: &'a Board,
    layout: &'a Layout,
    into: PasteInto,
    /// Channels by folded name, those that are being added too.
    channels: BTreeMap<String, ChannelId>,
    at: At<TouchpointId>,
    row: usize,
    edits: Vec<Edit>,
    cards: Vec<TouchpointId>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, column: Column, cell: &str, why: Why) {
        let (row, cell) = (self.row, cell.trim().to_owned());
        self.problems.push(Problem { row, column, cell, why });
    }

    /// One line, cut to the limit of names.
    fn line(&mut self, column: Column, text: &str) -> String {
        let line = text.replace(char::is_control, " ");
        self.cut(column, line.trim(), NAME_MAX)
    }

    /// A text cut to its limit.
    fn cut(&mut self, column: Column, text: &str, max: usize) -> String {
        if text.chars().count() > max {
            self.problem(column, text, Why::TooLong);
        }
        text.chars().take(max).collect()
    }

    fn read(&mut self, headers: &[(Option<Column>, String)], row: &[String]) {
        let mut names = headers
            .iter()
            .zip(row)
            .filter(|((column, _), _)| *column == Some(Column::Name));
        if names.all(|(_, cell)| says_nothing(cell)) {
            let cells: Vec<&str> = row.iter().map(|cell| plain(cell).trim()).collect();
            self.problem(Column::Name, &cells.join("\t"), Why::NoName);
            return;
        }
        let mut card = Touchpoint::blank(TouchpointId::fresh(), self.into.stage);
        card.rank = Rank::default();
        let (mut pains, mut opportunities, mut ratings) = (Vec::new(), Vec::new(), Vec::new());
        let mut own_stage = false;
        // What has no column of its own, to stand after the notes.
        let mut others: Vec<String> = Vec::new();
        for (i, cell) in row.iter().enumerate() {
            let cell = plain(cell);
            if cell.trim().is_empty() {
                continue;
            }
            let Some((Some(column), _)) = headers.get(i) else {
                let header = headers.get(i).map_or("", |(_, header)| header.as_str());
                others.push(if header.is_empty() {
                    cell.to_owned()
                } else {
                    format!("{header}: {cell}")
                });
                continue;
            };
            let column = *column;
            let word = word_of(column, cell);
            match column {
                Column::Name if says_nothing(cell) => {}
                Column::Name => card.name = self.line(column, cell),
                Column::Stage => match self.stage(cell) {
                    Some(stage) => {
                        card.stage = stage;
                        own_stage = true;
                    }
                    None => self.problem(column, cell, Why::NotFound),
                },
                Column::Channel => card.channel = self.channel(cell),
                Column::Personas => {
                    for name in cell.split(['\n', ';']).filter(|name| !name.trim().is_empty()) {
                        match self.persona(name) {
                            Some(id) => {
                                card.personas.insert(id);
                            }
                            None => self.problem(column, name, Why::NotFound),
                        }
                    }
                }
                Column::Nature => card.nature = self.known(column, cell, word.and_then(Nature::from_word)),
                Column::Directness => card.directness = self.known(column, cell, word.and_then(Directness::from_word)),
                Column::Control => card.control = self.known(column, cell, word.and_then(Control::from_word)),
                Column::Emotion => self.emotions(cell, &mut card),
                Column::Importance | Column::Performance => {
                    let score = cell.trim().parse().ok().and_then(|n: i64| Score::try_from(n).ok());
                    let score = score.zip(self.into.rater);
                    if let Some((score, rater)) = self.known(column, cell, score) {
                        ratings.push(if column == Column::Importance {
                            TouchpointField::Importance(rater, Some(score))
                        } else {
                            TouchpointField::Performance(rater, Some(score))
                        });
                    }
                }
                Column::Owner => card.owner = self.line(column, cell),
                Column::Department => card.department = self.line(column, cell),
                Column::MomentOfTruth
                | Column::Appropriate
                | Column::Relevant
                | Column::Meaningful
                | Column::Endearing => {
                    let yes = word_of(Column::MomentOfTruth, cell).map(|word| word == "yes");
                    let yes = self.known(column, cell, yes);
                    match Quality::from_word(column.word()) {
                        Some(question) => card.quality[question as usize] = yes,
                        None => card.moment_of_truth = yes == Some(true),
                    }
                }
                Column::Links => self.links(cell, &mut card),
                Column::Notes => card.notes = cell.to_owned(),
                Column::Pains | Column::Opportunities => {
                    let list = if column == Column::Pains {
                        &mut pains
                    } else {
                        &mut opportunities
                    };
                    for text in lines(cell) {
                        list.push(self.cut(column, &text, TEXT_MAX));
                    }
                }
            }
        }
        others.insert(0, std::mem::take(&mut card.notes));
        others.retain(|text| !text.is_empty());
        card.notes = self.cut(Column::Notes, &others.join("\n"), TEXT_MAX);
        let at = if own_stage { At::Last } else { self.at };
        let id = card.id;
        add_card(&card, at, pains, opportunities, &mut self.edits);
        self.edits
            .extend(ratings.into_iter().map(|field| Edit::SetTouchpoint(id, field)));
        if !own_stage {
            self.at = At::After(id);
        }
        self.cards.push(id);
    }

    /// A value, or a problem where there is none.
    fn known<T>(&mut self, column: Column, cell: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.problem(column, cell, Why::Unknown);
        }
        value
    }

    fn stage(&self, name: &str) -> Option<StageId> {
        let name = fold(name.trim());
        let is_it = |id: &&StageId| self.board.stages.get(id).is_some_and(|stage| fold(&stage.name) == name);
        self.layout.all_stages.iter().find(is_it).copied()
    }

    fn persona(&self, name: &str) -> Option<PersonaId> {
        let name = fold(name.trim());
        let is_it = |id: &&PersonaId| self.board.personas.get(id).is_some_and(|it| fold(&it.name) == name);
        self.layout.personas.iter().find(is_it).copied()
    }

    fn channel(&mut self, name: &str) -> Option<ChannelId> {
        let name = self.line(Column::Channel, name);
        let key = fold(&name);
        if let Some(id) = self.channels.get(&key) {
            return Some(*id);
        }
        if name.is_empty() {
            return None;
        }
        let id = ChannelId::fresh();
        self.edits.push(Edit::AddChannel { id, name, at: At::Last });
        self.channels.insert(key, id);
        Some(id)
    }

    fn emotions(&mut self, cell: &str, card: &mut Touchpoint) {
        for line in cell.split(['\n', ';']).filter(|line| !line.trim().is_empty()) {
            let (name, number) = match line.rsplit_once(':') {
                Some((name, number)) => (Some(name), number),
                None => (None, line),
            };
            // A spreadsheet may write a minus of its own.
            let number = number.trim().replace('\u{2212}', "-");
            let emotion = number.parse().ok().and_then(|n: i64| Emotion::try_from(n).ok());
            let who = name.map(|name| self.persona(name));
            match (emotion, who) {
                (Some(emotion), None) => {
                    card.emotion.insert(None, emotion);
                }
                (Some(emotion), Some(Some(persona))) => {
                    card.emotion.insert(Some(persona), emotion);
                }
                (Some(_), Some(None)) => self.problem(Column::Emotion, line, Why::NotFound),
                (None, _) => self.problem(Column::Emotion, line, Why::Unknown),
            }
        }
    }

    fn links(&mut self, cell: &str, card: &mut Touchpoint) {
        for line in cell.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (title, url) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
            match links::address(url) {
                Some(_) if card.links.len() >= LINKS_MAX => self.problem(Column::Links, line, Why::TooLong),
                Some(url) => {
                    let (id, title) = (LinkId::fresh(), self.line(Column::Links, title));
                    card.links.push(Link { id, title, url });
                }
                None => self.problem(Column::Links, line, Why::Unknown),
            }
        }
    }
}
