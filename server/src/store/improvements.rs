//! The table of improvements: written with the updates that it follows from, read for the page across maps.

use model::{
    date::{Date, Zone},
    fold::fold,
    id::{BoardId, ImprovementId, TouchpointId},
    loops::{
        Step, VerdictKind,
        across::{Across, Found, Show, Wanted, median},
        overview::LoopLine,
    },
};
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    Lines, StoreError, Whose,
    sqlite::{unsigned, uuid},
};
use crate::limits::{LIST_MAX, OWNERS_MAX};

/// Everything that a line is made of, in the order of [`PUT`].
macro_rules! columns {
    () => {
        "id, name, touchpoint, touchpoint_name, step, owner, attempt, previous, begun_at, due, live, measure_by, \
         deadline, verdict, ended_at, days_evaluate, days_decide, days_implement, days_measure, days_verdict, since, \
         waits_for_value, progress, flags"
    };
}

const PUT: &str = concat!(
    "INSERT OR REPLACE INTO improvements (board_id, ",
    columns!(),
    ", owner_folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, \
     ?20, ?21, ?22, ?23, ?24, ?25, ?26)"
);

/// Brings the improvements of a board to what is told of them.
pub(super) async fn write(connection: &mut SqliteConnection, board: BoardId, lines: &Lines) -> Result<(), sqlx::Error> {
    let key = &board.0.as_bytes()[..];
    match lines {
        Lines::Same => return Ok(()),
        Lines::Unknown => return mark(connection, board, false).await,
        Lines::All(_) => {
            sqlx::query("DELETE FROM improvements WHERE board_id = ?1")
                .bind(key)
                .execute(&mut *connection)
                .await?;
        }
        Lines::Changed { gone, .. } => {
            for id in gone {
                sqlx::query("DELETE FROM improvements WHERE board_id = ?1 AND id = ?2")
                    .bind(key)
                    .bind(&id.0.as_bytes()[..])
                    .execute(&mut *connection)
                    .await?;
            }
        }
    }
    if let Lines::All(put) | Lines::Changed { put, .. } = lines {
        for line in put {
            self::put(connection, board, line).await?;
        }
    }
    match lines {
        Lines::All(_) => mark(connection, board, true).await,
        _ => Ok(()),
    }
}

async fn mark(connection: &mut SqliteConnection, board: BoardId, indexed: bool) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE boards SET indexed = ?2 WHERE id = ?1 AND indexed != ?2")
        .bind(&board.0.as_bytes()[..])
        .bind(indexed)
        .execute(connection)
        .await?;
    Ok(())
}

async fn put(connection: &mut SqliteConnection, board: BoardId, line: &LoopLine) -> Result<(), sqlx::Error> {
    let day = |day: Option<Date>| day.map(String::from);
    let moment = |ms: Option<u64>| ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
    let flags = serde_json::to_string(&line.flags).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let mut query = sqlx::query(PUT)
        .bind(&board.0.as_bytes()[..])
        .bind(&line.id.0.as_bytes()[..])
        .bind(line.name.as_str())
        .bind(&line.touchpoint.0.as_bytes()[..])
        .bind(line.touchpoint_name.as_str())
        .bind(line.step.word())
        .bind(line.owner.as_str())
        .bind(i64::try_from(line.attempt).unwrap_or(i64::MAX))
        .bind(line.previous.as_ref().map(|id| &id.0.as_bytes()[..]))
        .bind(moment(line.begun))
        .bind(day(line.due))
        .bind(day(line.live))
        .bind(day(line.measure_by))
        .bind(day(line.deadline))
        .bind(line.verdict.map(|(kind, _)| kind.word()))
        .bind(moment(line.verdict.map(|(_, at)| at)));
    for days in line.days {
        query = query.bind(days);
    }
    query
        .bind(moment(line.since))
        .bind(line.waits_for_value)
        .bind(line.progress)
        .bind(flags)
        .bind(fold(&line.owner))
        .execute(connection)
        .await?;
    Ok(())
}

/// The stored improvements of a board, oldest first.
pub(super) async fn of_board(readers: &SqlitePool, board: BoardId) -> Result<Vec<LoopLine>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM improvements WHERE board_id = ?1 ORDER BY id"
    ))
    .bind(&board.0.as_bytes()[..])
    .fetch_all(readers)
    .await?;
    rows.iter().map(line).collect()
}

/// A line as it was put in. What nobody can have written reads as the first of its kind, or as absent.
fn line(row: &SqliteRow) -> Result<LoopLine, StoreError> {
    let day =
        |name| -> Result<Option<Date>, sqlx::Error> { Ok(row.try_get::<Option<&str>, _>(name)?.and_then(Date::parse)) };
    let moment = |name| -> Result<Option<u64>, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(name)?.map(unsigned)) };
    let previous: Option<&[u8]> = row.try_get("previous")?;
    let verdict = row.try_get::<Option<&str>, _>("verdict")?;
    let verdict = verdict.and_then(VerdictKind::from_word).zip(moment("ended_at")?);
    let flags: &str = row.try_get("flags")?;
    Ok(LoopLine {
        id: ImprovementId(uuid(row.try_get("id")?)?),
        name: row.try_get("name")?,
        touchpoint: TouchpointId(uuid(row.try_get("touchpoint")?)?),
        touchpoint_name: row.try_get("touchpoint_name")?,
        step: Step::from_word(row.try_get("step")?).unwrap_or(Step::Evaluate),
        owner: row.try_get("owner")?,
        attempt: usize::try_from(row.try_get::<i64, _>("attempt")?).unwrap_or(1),
        previous: previous.map(uuid).transpose()?.map(ImprovementId),
        begun: moment("begun_at")?,
        due: day("due")?,
        live: day("live")?,
        measure_by: day("measure_by")?,
        deadline: day("deadline")?,
        verdict,
        days: [
            row.try_get("days_evaluate")?,
            row.try_get("days_decide")?,
            row.try_get("days_implement")?,
            row.try_get("days_measure")?,
            row.try_get("days_verdict")?,
        ],
        since: moment("since")?,
        waits_for_value: row.try_get("waits_for_value")?,
        progress: row.try_get("progress")?,
        flags: serde_json::from_str(flags).unwrap_or_default(),
    })
}

/// The improvements of the boards on the shelf that person `?4` may see, of all boards where that is null.
macro_rules! seen {
    () => {
        "FROM improvements WHERE board_id IN (SELECT id FROM boards WHERE deleted_at IS NULL AND archived_at IS NULL \
         AND (?4 IS NULL OR owner_id = ?4 OR team_id IN (SELECT team_id FROM members WHERE person_id = ?4)))"
    };
}

/// Those of one owner among them, or of everybody where nobody is named.
macro_rules! owned {
    () => {
        concat!(seen!(), " AND (?1 = '' OR owner_folded = ?1)")
    };
}

/// How many days of those that were in a column stayed how long.
macro_rules! stays {
    ($step:literal, $column:literal) => {
        concat!(
            "SELECT ",
            $step,
            ", ",
            $column,
            ", count(*) ",
            owned!(),
            " AND ",
            $column,
            " IS NOT NULL GROUP BY ",
            $column
        )
    };
}

const STAYS: &str = concat!(
    stays!("0", "days_evaluate"),
    " UNION ALL ",
    stays!("1", "days_decide"),
    " UNION ALL ",
    stays!("2", "days_implement"),
    " UNION ALL ",
    stays!("3", "days_measure"),
    " UNION ALL ",
    stays!("4", "days_verdict"),
    " ORDER BY 1, 2"
);

macro_rules! found {
    ($where:literal, $order:literal) => {
        concat!(
            "SELECT board_id, coalesce((SELECT title FROM summaries AS s WHERE s.board_id = improvements.board_id), '') \
             AS title, ",
            columns!(),
            " ",
            owned!(),
            " AND ",
            $where,
            " ORDER BY ",
            $order,
            ", board_id, id LIMIT ?3"
        )
    };
}

/// What is found takes today, or the moment at which the quarter began.
const fn listing(show: Show) -> &'static str {
    match show {
        Show::Running => found!("verdict IS NULL AND ?2 != ''", "deadline IS NULL, deadline"),
        Show::Overdue => found!("deadline < ?2", "deadline"),
        Show::Waiting => found!("waits_for_value AND ?2 != ''", "deadline IS NULL, deadline"),
        Show::Judged => found!("ended_at >= ?2", "ended_at DESC"),
    }
}

/// What a page across maps shows, as of one commit.
pub(super) async fn across(
    readers: &SqlitePool,
    whose: Whose,
    wanted: &Wanted,
    today: Date,
    zone: Zone,
) -> Result<Across, StoreError> {
    let person = whose.person();
    let person = person.as_ref().map(|id| &id.0.as_bytes()[..]);
    let owner = fold(wanted.owner.trim());
    let quarter = i64::try_from(today.quarter_start().begins_in(zone)).unwrap_or(i64::MAX);
    let today = String::from(today);
    let mut reader = readers.begin().await?;
    let counts: [Option<i64>; 6] = {
        let row = sqlx::query(concat!(
            "SELECT sum(verdict IS NULL), sum(deadline < ?2), sum(waits_for_value), sum(ended_at >= ?3), \
             sum(verdict = 'success'), sum(verdict = 'plan-b') ",
            owned!()
        ))
        .bind(&owner)
        .bind(&today)
        .bind(quarter)
        .bind(person)
        .fetch_one(&mut *reader)
        .await?;
        let mut counts = [None; 6];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = row.try_get(at)?;
        }
        counts
    };
    let [running, overdue, waiting, judged, successes, plan_bs] =
        counts.map(|count| unsigned(count.unwrap_or_default()));
    let stays: Vec<(i64, i64, i64)> = sqlx::query_as(STAYS)
        .bind(&owner)
        .bind(&today)
        .bind(quarter)
        .bind(person)
        .fetch_all(&mut *reader)
        .await?;
    let owners: Vec<String> = sqlx::query_scalar(concat!(
        "SELECT min(owner) ",
        seen!(),
        " AND owner != '' GROUP BY owner_folded LIMIT ?3"
    ))
    .bind(&owner)
    .bind(&today)
    .bind(OWNERS_MAX)
    .bind(person)
    .fetch_all(&mut *reader)
    .await?;
    let listed = sqlx::query(listing(wanted.show)).bind(&owner);
    let listed = match wanted.show {
        Show::Judged => listed.bind(quarter),
        Show::Running | Show::Overdue | Show::Waiting => listed.bind(&today),
    };
    let rows = listed.bind(LIST_MAX).bind(person).fetch_all(&mut *reader).await?;
    reader.commit().await?;
    let found = |row: &SqliteRow| -> Result<Found, StoreError> {
        Ok(Found {
            board: BoardId(uuid(row.try_get("board_id")?)?),
            title: row.try_get("title")?,
            line: line(row)?,
        })
    };
    Ok(Across {
        found: rows.iter().map(found).collect::<Result<_, _>>()?,
        counts: [running, overdue, waiting, judged],
        successes,
        plan_bs,
        days: std::array::from_fn(|step| {
            let of_step = stays.iter().filter(|stay| usize::try_from(stay.0) == Ok(step));
            let counted = of_step.map(|stay| (unsigned(stay.1), unsigned(stay.2)));
            median(&counted.collect::<Vec<_>>())
        }),
        owners,
    })
}
