//! Feedback in tables: read from what survey tools and spreadsheets write, and written for them.
//!
//! Reading takes three steps, so that people see what will happen: [`Sheet::read`] takes the text apart,
//! [`Sheet::guess`] proposes what each column says, [`Board::import`] makes entries of the rows and says what it could not
//! take. Cells are read as in [`crate::rows`].

use std::collections::{BTreeMap, BTreeSet};

use super::feedback::{CSAT, Entry, NPS};
use crate::board::{Board, word};
use crate::date::Date;
use crate::edit::Edit;
use crate::fold::fold;
use crate::id::FeedbackId;
use crate::layout::Layout;
use crate::limits::{FEEDBACK_MAX, IMPORT_MAX};
use crate::rows::{Rows, put_cell, short};
use crate::templates::Lang;

word!(/// What a column of the table says.
    Column { /// The customer's words.
        Text = "text", /// Where it comes from.
        Source = "source", /// The channel's name.
        Channel = "channel", /// The day: `yyyy-mm-dd` or `dd/mm/yyyy`; a time after it is left out.
        Date = "date", /// 1–5.
        Csat = "csat", /// 0–10, one customer's answer.
        Nps = "nps", /// The persona's name.
        Persona = "persona", /// The touchpoint's name.
        Touchpoint = "touchpoint" });

/// Headers of each column: Vietnamese, English, then what else is understood. All are compared folded.
const HEADERS: [&[&str]; Column::ALL.len()] = [
    &[
        "Phản hồi",
        "Feedback",
        "text",
        "nội dung",
        "ý kiến",
        "góp ý",
        "nhận xét",
        "bình luận",
        "lời khách",
        "comment",
        "comments",
        "review",
        "answer",
    ],
    &["Nguồn", "Source", "nguồn phản hồi", "origin"],
    &["Kênh", "Channel", "kênh tiếp xúc"],
    &[
        "Ngày",
        "Date",
        "ngày gửi",
        "ngày phản hồi",
        "thời gian",
        "timestamp",
        "submitted",
        "submitted at",
        "created at",
    ],
    &["CSAT", "CSAT", "hài lòng", "mức độ hài lòng", "satisfaction"],
    &[
        "NPS",
        "NPS",
        "giới thiệu",
        "khả năng giới thiệu",
        "likelihood to recommend",
    ],
    &["Chân dung", "Persona", "chân dung khách hàng", "nhóm khách", "segment"],
    &["Điểm chạm", "Touchpoint", "điểm tiếp xúc", "tên điểm chạm"],
];

/// Headers of scores that do not say on which scale they are: the cells tell.
const SCORES: [&str; 8] = [
    "điểm",
    "điểm số",
    "score",
    "rating",
    "số sao",
    "sao",
    "stars",
    "điểm đánh giá",
];

/// The column of the improvement that is done about an entry: written, not read, as names of improvements repeat.
const IMPROVEMENT: [&str; 2] = ["Cải tiến", "Improvement"];

/// Why a cell was not taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No day that is read; the entry has none.
    BadDate,
    /// No whole number of the scale; the entry has no such score.
    OffScale,
    /// Nothing on the map is called so; the entry names none.
    NotFound,
    /// It is longer than the field may be: the end is left out.
    TooLong,
    /// The row has neither text nor score: it is left out.
    Empty,
}

/// A cell that was not taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row of the table, counted from 1, the headers included.
    pub row: usize,
    /// The column.
    pub column: Column,
    /// What stands in the cell; at most [`crate::limits::NAME_MAX`] characters.
    pub cell: String,
    /// What is wrong with it.
    pub why: Why,
}

/// A table cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There are no rows below the headers.
    #[error("there is nothing to import")]
    Nothing,
    /// There are more rows than are imported at once.
    #[error("{rows} rows where {max} are imported at once")]
    TooMany {
        /// How many there are.
        rows: usize,
        /// How many there may be: [`IMPORT_MAX`].
        max: usize,
    },
}

/// A table taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What parts its cells: a tab, a semicolon or a comma, whichever its first row has most of.
    pub separator: char,
    /// The first row.
    pub headers: Vec<String>,
    /// The others that are not blank, each with its number counted from 1, the headers included.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// What each column of a sheet says; `None` leaves it out.
pub type Mapping = Vec<Option<Column>>;

/// What importing will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The entries, each with its row and a fresh id.
    pub entries: Vec<(usize, FeedbackId, Entry)>,
    /// What could not be taken as it stands, row by row.
    pub problems: Vec<Problem>,
}

impl Import {
    /// Adds what importing further rows will do.
    pub fn extend(&mut self, more: Self) {
        self.entries.extend(more.entries);
        self.problems.extend(more.problems);
    }

    /// One batch that adds the entries: one update and one undo step.
    #[must_use]
    pub fn into_edit(self) -> Edit {
        let add = |(_, id, entry)| Edit::AddFeedback {
            id,
            entry: Box::new(entry),
        };
        Edit::Batch(self.entries.into_iter().map(add).collect())
    }
}

/// What may part the cells of a table; the first wins a tie.
const MARKS: [char; 3] = ['\t', ';', ','];

/// What parts the cells of a table: what its first row has most of outside quotes.
fn separator(text: &str) -> char {
    let (mut counts, mut quoted) = ([0_usize; 3], false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            c if !quoted => {
                if let Some(at) = MARKS.iter().position(|mark| *mark == c) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let found = MARKS.iter().zip(counts).find(|(_, count)| *count == most && most > 0);
    found.map_or(',', |(mark, _)| *mark)
}

/// Whether a spreadsheet would take the text for a formula (F40).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The text with the mark that keeps a spreadsheet from reckoning with it.
fn guarded(text: &str) -> String {
    if is_formula(text.trim_start_matches('\'')) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The cell without that mark.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// `yyyy-mm-dd` or `dd/mm/yyyy`, with or without a time after it.
fn day(cell: &str) -> Option<Date> {
    let cell = cell.trim();
    let end = cell.find(|c: char| c.is_whitespace() || c == 'T').unwrap_or(cell.len());
    let cell = &cell[..end];
    Date::parse(cell).or_else(|| {
        let mut parts = cell.split('/');
        let mut number = |digits: std::ops::RangeInclusive<usize>| {
            let part = parts.next()?;
            let is_number = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u32>().ok()).flatten()
        };
        let (day, month, year) = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
        let date = Date::new(i32::try_from(year).ok()?, month, day)?;
        parts.next().is_none().then_some(date)
    })
}

/// A whole number of a scale; `4.0` and `4,0` are whole, too.
fn score(cell: &str, scale: &std::ops::RangeInclusive<u8>) -> Option<u8> {
    let cell = cell.trim();
    let (whole, rest) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let n = whole.parse().ok().filter(|n| scale.contains(n))?;
    rest.bytes().all(|byte| byte == b'0').then_some(n)
}

impl Sheet {
    /// Takes a table apart: UTF-8 with or without a byte order mark, cells parted by comma, semicolon or tab, quoted or
    /// not, line breaks inside quotes. The first row is the headers.
    ///
    /// # Errors
    /// When there are no rows below the headers, or more than [`IMPORT_MAX`].
    pub fn read(text: &str) -> Result<Self, SheetError> {
        let mut reader = SheetReader::new(text.to_owned());
        while reader.read_on(IMPORT_MAX) {}
        reader.finish()
    }

    /// What each column says, as far as its header tells; no two columns say the same.
    #[must_use]
    pub fn guess(&self) -> Mapping {
        let mut taken: BTreeSet<Column> = BTreeSet::new();
        let columns = self.headers.iter().enumerate();
        columns
            .map(|(i, header)| {
                let header = fold(header);
                let names = |names: &&[&str]| names.iter().any(|name| fold(name) == header);
                let known = HEADERS
                    .iter()
                    .position(names)
                    .and_then(|at| Column::ALL.get(at).copied());
                let is_score = || SCORES.iter().any(|name| fold(name) == header);
                let column = known.or_else(|| is_score().then(|| self.scale_of(i)).flatten())?;
                taken.insert(column).then_some(column)
            })
            .collect()
    }

    /// Which score the cells of a column are: all on the scale of CSAT, or else all on that of NPS.
    fn scale_of(&self, column: usize) -> Option<Column> {
        let cells = || {
            let cells = self.rows.iter().filter_map(|(_, row)| row.get(column));
            cells.filter(|cell| !cell.trim().is_empty())
        };
        let all = |scale| cells().all(|cell| score(cell, &scale).is_some());
        cells().next()?;
        if all(CSAT) {
            Some(Column::Csat)
        } else {
            all(NPS).then_some(Column::Nps)
        }
    }
}

/// A table that is taken apart piece by piece, as a long one takes a while: see [`Sheet::read`].
#[derive(Debug)]
pub struct SheetReader {
    text: String,
    separator: char,
    /// Where the next row begins; `None` after the last.
    at: Option<usize>,
    /// How many rows were read, blank ones too.
    read: usize,
    headers: Option<Vec<String>>,
    rows: Vec<(usize, Vec<String>)>,
    /// How many rows there are, those that are too many too.
    count: usize,
}

impl SheetReader {
    /// Reads a text from its start.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self {
            separator: separator(&text),
            text,
            at: Some(0),
            read: 0,
            headers: None,
            rows: Vec::new(),
            count: 0,
        }
    }

    /// Reads at most so many rows. Says whether there are more.
    pub fn read_on(&mut self, rows: usize) -> bool {
        let Some(at) = self.at else { return false };
        let mut more = Rows::of(&self.text[at..], self.separator);
        for row in more.by_ref().take(rows) {
            self.read += 1;
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if self.headers.is_none() {
                self.headers = Some(row.iter().map(|header| header.trim().to_owned()).collect());
                continue;
            }
            self.count += 1;
            if self.count <= IMPORT_MAX {
                self.rows.push((self.read, row));
            }
        }
        self.at = more.rest.map(|rest| self.text.len() - rest.len());
        self.at.is_some()
    }

    /// How much of the text was read, 0.0–1.0.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.at.map_or(1.0, |at| at as f64 / self.text.len().max(1) as f64)
    }

    /// What was read.
    ///
    /// # Errors
    /// When there are no rows below the headers, or more than [`IMPORT_MAX`].
    pub fn finish(self) -> Result<Sheet, SheetError> {
        let headers = self.headers.ok_or(SheetError::Nothing)?;
        match self.count {
            0 => Err(SheetError::Nothing),
            rows if rows > IMPORT_MAX => Err(SheetError::TooMany { rows, max: IMPORT_MAX }),
            _ => Ok(Sheet {
                separator: self.separator,
                headers,
                rows: self.rows,
            }),
        }
    }
}

/// Things by name: as written, or else accents and case ignored; the first in the order of the map.
struct Names<Id>(BTreeMap<String, Id>);

impl<Id: Copy> Names<Id> {
    fn of<'a>(things: impl Iterator<Item = (&'a str, Id)> + Clone) -> Self {
        let mut names = BTreeMap::new();
        for (name, id) in things.clone() {
            names.entry(name.to_owned()).or_insert(id);
        }
        for (name, id) in things {
            names.entry(fold(name)).or_insert(id);
        }
        Self(names)
    }

    fn find(&self, name: &str) -> Option<Id> {
        let name = name.trim();
        self.0.get(name).or_else(|| self.0.get(&fold(name))).copied()
    }
}

impl Board {
    /// Makes entries of the rows of a sheet. Nothing is added to the map beside them: what names no channel, persona or
    /// touchpoint of it is reported, and an entry without a touchpoint goes to the inbox.
    #[must_use]
    pub fn import(&self, sheet: &Sheet, mapping: &[Option<Column>], layout: &Layout) -> Import {
        self.import_rows(&sheet.rows, mapping, layout)
    }

    /// [`Board::import`] of some rows of a sheet.
    #[must_use]
    pub fn import_rows(&self, rows: &[(usize, Vec<String>)], mapping: &[Option<Column>], layout: &Layout) -> Import {
        let cards = layout.in_order();
        let channels = Names::of(
            layout
                .channels
                .iter()
                .filter_map(|id| Some((self.channels.get(id)?.name.as_str(), *id))),
        );
        let personas = Names::of(
            layout
                .personas
                .iter()
                .filter_map(|id| Some((self.personas.get(id)?.name.as_str(), *id))),
        );
        let cards = Names::of(
            cards
                .iter()
                .filter_map(|id| Some((self.touchpoints.get(id)?.name.as_str(), *id))),
        );
        let mut import = Import {
            entries: Vec::with_capacity(rows.len()),
            problems: Vec::new(),
        };
        for (row, cells) in rows {
            let mut entry = Entry::default();
            let mut problem = |column, cell: &str, why| {
                let (row, cell) = (*row, short(cell.trim()));
                import.problems.push(Problem { row, column, cell, why });
            };
            for (cell, column) in cells.iter().zip(mapping) {
                let (Some(column), cell) = (*column, plain(cell).trim()) else {
                    continue;
                };
                if cell.is_empty() {
                    continue;
                }
                let (why, taken) = match column {
                    Column::Text => {
                        entry.text = cell.chars().take(FEEDBACK_MAX).collect();
                        (Why::TooLong, entry.text.len() == cell.len())
                    }
                    Column::Source => {
                        let line = cell.replace(char::is_control, " ");
                        entry.source = short(&line);
                        (Why::TooLong, entry.source.len() == line.len())
                    }
                    Column::Channel => {
                        entry.channel = channels.find(cell);
                        (Why::NotFound, entry.channel.is_some())
                    }
                    Column::Date => {
                        entry.on = day(cell);
                        (Why::BadDate, entry.on.is_some())
                    }
                    Column::Csat => {
                        entry.csat = score(cell, &CSAT);
                        (Why::OffScale, entry.csat.is_some())
                    }
                    Column::Nps => {
                        entry.nps = score(cell, &NPS);
                        (Why::OffScale, entry.nps.is_some())
                    }
                    Column::Persona => {
                        entry.persona = personas.find(cell);
                        (Why::NotFound, entry.persona.is_some())
                    }
                    Column::Touchpoint => {
                        entry.touchpoint = cards.find(cell);
                        (Why::NotFound, entry.touchpoint.is_some())
                    }
                };
                if !taken {
                    problem(column, cell, why);
                }
            }
            if entry.text.is_empty() && entry.csat.is_none() && entry.nps.is_none() {
                let first = cells.iter().find(|cell| !cell.trim().is_empty());
                problem(Column::Text, first.map_or("", String::as_str), Why::Empty);
                continue;
            }
            import.entries.push((*row, FeedbackId::fresh(), entry));
        }
        import
    }

    /// The feedback as a table for spreadsheets: comma-separated, UTF-8 with a byte order mark, the last said first. No
    /// cell is one that a spreadsheet reckons with (F40); imported again it reads as it was, but for the improvements.
    #[must_use]
    pub fn export_feedback(&self, lang: Lang) -> String {
        let mut out = String::from('\u{feff}');
        let mut line = |cells: [&str; Column::ALL.len() + 1]| {
            for (i, cell) in cells.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                put_cell(&guarded(cell), ',', &mut out);
            }
            out.push_str("\r\n");
        };
        let [a, b, c, d, e, f, g, h] = HEADERS.map(|names| names[lang as usize]);
        line([a, b, c, d, e, f, g, h, IMPROVEMENT[lang as usize]]);
        let number = |n: Option<u8>| n.map_or_else(String::new, |n| n.to_string());
        for it in self.feedback_where(|_| true) {
            let entry = &it.entry;
            let channel = entry.channel.and_then(|id| self.channels.get(&id));
            let persona = entry.persona.and_then(|id| self.personas.get(&id));
            let card = entry.touchpoint.and_then(|id| self.touchpoints.get(&id));
            let improvement = entry.improvement.and_then(|id| self.improvement(id));
            line([
                &entry.text,
                &entry.source,
                channel.map_or("", |it| &it.name),
                &entry.on.map_or_else(String::new, |on| on.to_string()),
                &number(entry.csat),
                &number(entry.nps),
                persona.map_or("", |it| &it.name),
                card.map_or("", |it| &it.name),
                improvement.map_or("", |it| &it.name),
            ]);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_two_forms_and_no_other() {
        let is = |text: &str| day(text).map(|day| day.to_string());
        for (text, date) in [
            ("2024-02-29", "2024-02-29"),
            ("29/02/2024", "2024-02-29"),
            (" 1/3/2024 08:30:00", "2024-03-01"),
            ("2024-03-01T08:30:00Z", "2024-03-01"),
        ] {
            assert_eq!(is(text).as_deref(), Some(date), "{text:?}");
        }
        for text in [
            "",
            "30/02/2024",
            "02/29/2024",
            "1/2/24",
            "1/2/2024/3",
            "2024/02/01",
            "+1/2/2024",
            "//",
            "hôm qua",
        ] {
            assert_eq!(is(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_separator_is_what_the_first_row_has_most_of() {
        for (text, expected) in [
            ("a,b;c,d\n;;;;", ','),
            ("a;b;\"c,d,e,f\"", ';'),
            ("a\tb,c\td", '\t'),
            ("chỉ một cột\n1,2", ','),
            ("\u{feff}\"a\nb\";c", ';'),
        ] {
            assert_eq!(separator(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_table_read_piece_by_piece_is_the_same() {
        let text = "\u{feff}Phản hồi,CSAT\r\n\r\n\"dòng một\ndòng hai\",4\r\n,\r\n\"\",\n\"x\"\"y\",2";
        let whole = Sheet::read(text);
        for rows in 1..=7 {
            let mut reader = SheetReader::new(text.to_owned());
            let mut last = reader.share();
            while reader.read_on(rows) {
                assert!(last < reader.share() && reader.share() < 1.0);
                last = reader.share();
            }
            assert_eq!(
                (reader.share(), reader.finish()),
                (1.0, whole.clone()),
                "{rows} at once"
            );
        }
        assert_eq!(
            whole.map(|sheet| sheet.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>()),
            Ok(vec![3, 6])
        );
    }

    #[test]
    fn scores_are_whole_and_on_their_scale() {
        assert_eq!(
            ["1", "5", " 4,0", "4.00"].map(|cell| score(cell, &CSAT)),
            [Some(1), Some(5), Some(4), Some(4)]
        );
        assert_eq!(
            ["0", "6", "4.5", "", "bốn", "-1", "400"].map(|cell| score(cell, &CSAT)),
            [None; 7]
        );
        assert_eq!(
            ["0", "10", "11"].map(|cell| score(cell, &NPS)),
            [Some(0), Some(10), None]
        );
    }
}
