//! The table of feedback forms: their links are known by a hash only.

use model::{
    id::{BoardId, TouchpointId},
    loops::forms::{FormLine, Score},
};
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    StoreError,
    shelf::OUT_OF_BIN,
    sqlite::{unsigned, uuid},
};
use crate::secrets::SecretHash;

/// A form to be.
#[derive(Clone, Debug)]
pub struct NewForm {
    /// What its link is known by.
    pub token: SecretHash,
    /// Where its answers go.
    pub board: BoardId,
    /// What they speak of; `None` puts them into the inbox.
    pub touchpoint: Option<TouchpointId>,
    /// The source of its answers.
    pub label: String,
    /// The question beside the text.
    pub score: Score,
}

/// What is written about forms.
#[derive(Clone, Debug)]
pub(super) enum FormWrite {
    Add(NewForm),
    Revoke { board: BoardId, id: i64 },
    Answered(i64),
}

const COLUMNS: &str = "SELECT id, board_id, touchpoint, label, score, created_at, revoked_at, used_at, answers \
                       FROM feedback_forms WHERE ";

/// Writes; says the id of what was written to, if anything was.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    what: &FormWrite,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let query = match what {
        FormWrite::Add(form) => sqlx::query_scalar(
            "INSERT INTO feedback_forms (token_hash, board_id, touchpoint, label, score, created_at) \
             SELECT ?1, id, ?3, ?4, ?5, ?6 FROM boards WHERE id = ?2 RETURNING feedback_forms.id",
        )
        .bind(&form.token[..])
        .bind(&form.board.0.as_bytes()[..])
        .bind(form.touchpoint.as_ref().map(|id| &id.0.as_bytes()[..]))
        .bind(form.label.as_str())
        .bind(form.score.word()),
        FormWrite::Revoke { board, id } => sqlx::query_scalar(
            "UPDATE feedback_forms SET revoked_at = coalesce(revoked_at, ?3) WHERE id = ?1 AND board_id = ?2 \
             RETURNING id",
        )
        .bind(*id)
        .bind(&board.0.as_bytes()[..]),
        FormWrite::Answered(id) => sqlx::query_scalar(
            "UPDATE feedback_forms SET answers = answers + 1, used_at = ?2 WHERE id = ?1 RETURNING id",
        )
        .bind(*id),
    };
    query.bind(now).fetch_optional(connection).await
}

/// The form that a link leads to, revoked or not, and its board.
pub(super) async fn by_token(
    readers: &SqlitePool,
    token: &SecretHash,
) -> Result<Option<(BoardId, FormLine)>, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} token_hash = ?1 AND {OUT_OF_BIN}"
    )))
    .bind(&token[..])
    .fetch_optional(readers)
    .await?;
    row.as_ref().map(form).transpose()
}

/// The forms of a board, newest first.
pub(super) async fn of_board(readers: &SqlitePool, board: BoardId) -> Result<Vec<FormLine>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} board_id = ?1 ORDER BY id DESC")))
        .bind(&board.0.as_bytes()[..])
        .fetch_all(readers)
        .await?;
    rows.iter().map(|row| form(row).map(|(_, form)| form)).collect()
}

fn form(row: &SqliteRow) -> Result<(BoardId, FormLine), StoreError> {
    let touchpoint: Option<&[u8]> = row.try_get("touchpoint")?;
    let time = |name| -> Result<Option<u64>, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(name)?.map(unsigned)) };
    let form = FormLine {
        id: row.try_get("id")?,
        touchpoint: touchpoint.map(uuid).transpose()?.map(TouchpointId),
        label: row.try_get("label")?,
        score: Score::from_word(row.try_get("score")?),
        created_at: unsigned(row.try_get("created_at")?),
        revoked_at: time("revoked_at")?,
        used_at: time("used_at")?,
        answers: unsigned(row.try_get("answers")?),
    };
    Ok((BoardId(uuid(row.try_get("board_id")?)?), form))
}
