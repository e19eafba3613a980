//! Feedback forms for customers: a link without an account, a page without a script.
//!
//! An answer is an edit like any other: the room stores it and shows it to whoever has the map open. A link that was
//! revoked and one that never was are answered alike, so that nobody learns which maps there are.

use std::{collections::HashSet, net::IpAddr, sync::Arc, time::Instant};

use app::{
    api::{ApiError, Forms, MadeForm},
    form::{self, Filled, Form, Page, Problem},
    notice::Notice,
};
use async_trait::async_trait;
use axum::{
    body::Bytes,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use model::{
    board::Touchpoint,
    date::Date,
    edit::Edit,
    id::{BoardId, FeedbackId, TouchpointId},
    items::Item,
    limits::FEEDBACK_MAX,
    loops::{
        feedback::{Entry, Feedback},
        forms::{FormLine, Score},
    },
};

use crate::{
    access::{Access, Caller, Deed},
    boards::opened,
    env::now_ms,
    limits::{
        FORM_ADDRESS_BURST, FORM_ADDRESS_PER_SECOND, FORM_ANSWERS_PER_DAY, FORM_BURST, FORM_ENTRY_BYTES,
        FORM_PER_SECOND, FORMS_BYTES_MAX, FORMS_PER_BOARD,
    },
    notice,
    rate::{Rate, Throttle},
    rooms::{EditError, PageBoard, Rooms},
    secrets,
    store::{NewForm, Store, StoreError},
};

/// A field that people do not see and programs fill in.
const TRAP: &str = form::TRAP;

/// The forms of all boards.
#[derive(Clone)]
pub struct ServerForms {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    rooms: Rooms,
    site: Arc<app::api::Site>,
    by_address: Throttle<IpAddr>,
    by_form: Throttle<i64>,
}

impl ServerForms {
    /// Forms kept in this store, whose answers go to these rooms.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, rooms: Rooms, site: Arc<app::api::Site>) -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        Self {
            inner: Arc::new(Inner {
                store,
                rooms,
                site,
                by_address: Throttle::new(rate(FORM_ADDRESS_PER_SECOND, FORM_ADDRESS_BURST)),
                by_form: Throttle::new(rate(FORM_PER_SECOND, FORM_BURST)),
            }),
        }
    }

    /// As this caller may make and close them.
    #[must_use]
    pub fn of(&self, access: Access, caller: Caller) -> CallersForms {
        CallersForms {
            forms: self.clone(),
            access,
            caller,
        }
    }

    async fn of_board(&self, board: BoardId) -> Result<Vec<FormLine>, ApiError> {
        self.inner.store.forms(board).await.map_err(|error| unavailable(&error))
    }

    /// The form that a link leads to, unless it was revoked.
    async fn find(&self, token: &str) -> Result<Option<(BoardId, FormLine)>, StoreError> {
        let found = self.inner.store.form(secrets::hash(token)).await?;
        Ok(found.filter(|(_, form)| form.revoked_at.is_none()))
    }
}

fn unavailable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the store did not answer a form");
    ApiError::Unavailable
}

/// The forms as somebody may make and close them: what the pages' server functions call.
pub struct CallersForms {
    forms: ServerForms,
    access: Access,
    caller: Caller,
}

impl CallersForms {
    async fn allow(&self, board: BoardId) -> Result<&Inner, ApiError> {
        self.access.allow(&self.caller, board, Deed::Edit).await?;
        Ok(&self.forms.inner)
    }
}

#[async_trait]
impl Forms for CallersForms {
    async fn create(
        &self,
        board: BoardId,
        touchpoint: Option<TouchpointId>,
        label: String,
        score: Score,
    ) -> Result<MadeForm, ApiError> {
        let inner = self.allow(board).await?;
        let page = opened(&inner.rooms, board).await?.ok_or(ApiError::NotFound)?;
        if touchpoint.is_some_and(|id| !page.board.touchpoints.contains_key(&id)) {
            return Err(ApiError::NotFound);
        }
        if self.forms.of_board(board).await?.len() >= FORMS_PER_BOARD {
            return Err(ApiError::TooLarge);
        }
        let token = secrets::mint().map_err(|error| {
            tracing::error!(%error, "the system has no random bytes");
            ApiError::Unexpected
        })?;
        let form = NewForm {
            token: secrets::hash(&token),
            board,
            touchpoint,
            label,
            score,
        };
        let id = inner.store.add_form(form).await.map_err(|error| unavailable(&error))?;
        let id = id.ok_or(ApiError::NotFound)?;
        let mut forms = self.forms.of_board(board).await?.into_iter();
        let form = forms.find(|form| form.id == id).ok_or(ApiError::Unexpected)?;
        tracing::info!(%board, form = id, "feedback form made");
        Ok(MadeForm {
            form,
            path: format!("/f/{token}"),
        })
    }

    async fn list(&self, board: BoardId) -> Result<Vec<FormLine>, ApiError> {
        self.allow(board).await?;
        self.forms.of_board(board).await
    }

    async fn revoke(&self, board: BoardId, id: i64) -> Result<(), ApiError> {
        let revoked = self.allow(board).await?.store.revoke_form(board, id).await;
        match revoked.map_err(|error| unavailable(&error))? {
            true => Ok(()),
            false => Err(ApiError::NotFound),
        }
    }
}

/// What a form is drawn from.
struct Shown {
    form: FormLine,
    page: PageBoard,
    board: BoardId,
}

/// A form that cannot be drawn now.
struct NotShown {
    error: ApiError,
    /// What it asks, where that much is known.
    score: Option<Score>,
}

impl Shown {
    /// The touchpoint that is asked about. Of one that is no more the answer goes to the inbox.
    fn touchpoint(&self) -> Option<&Touchpoint> {
        self.form.touchpoint.and_then(|id| self.page.board.touchpoints.get(&id))
    }

    fn brand(&self) -> &str {
        &self.page.board.map.brand
    }

    fn asks(&self) -> Form<'_> {
        let touchpoint = self.touchpoint().map(|card| card.name.as_str());
        Form::new(self.brand(), touchpoint, Some(self.form.score))
    }

    /// Whether the board has as much from its forms as it may have: of this one today, or of all of them.
    fn is_full(&self, forms: &[FormLine], today: Date) -> bool {
        let labels: HashSet<&str> = forms.iter().map(|form| form.label.as_str()).collect();
        let (mut answers, mut bytes) = (0, 0);
        for item in self.page.board.items.values() {
            let Item::Feedback(Feedback { entry, .. }) = item else {
                continue;
            };
            if labels.contains(entry.source.as_str()) {
                bytes += FORM_ENTRY_BYTES + entry.text.len() + entry.source.len();
            }
            if entry.source == self.form.label && entry.on == Some(today) {
                answers += 1;
            }
        }
        answers >= FORM_ANSWERS_PER_DAY || bytes >= FORMS_BYTES_MAX
    }
}

impl ServerForms {
    async fn shown(&self, token: &str) -> Result<Option<Shown>, NotShown> {
        let found = self.find(token).await.map_err(|error| NotShown {
            error: unavailable(&error),
            score: None,
        })?;
        let Some((board, form)) = found else {
            return Ok(None);
        };
        let page = opened(&self.inner.rooms, board).await.map_err(|error| NotShown {
            error,
            score: Some(form.score),
        })?;
        Ok(page.map(|page| Shown { form, page, board }))
    }

    fn answer(&self, asked: &Asked, status: StatusCode, page: &Page<'_>) -> Response {
        notice::document(status, form::draw(page, asked.locale, &self.inner.site))
    }

    fn closed(&self, asked: &Asked) -> Response {
        self.answer(asked, StatusCode::NOT_FOUND, &Page::Closed)
    }

    /// The form once more, with what was filled in and why that was not taken.
    fn again(&self, asked: &Asked, status: StatusCode, form: Form<'_>, said: &Said, problem: Problem) -> Response {
        let filled = Filled {
            text: &said.text,
            score: said.score,
        };
        let form = Form {
            filled,
            problem: Some(problem),
            ..form
        };
        self.answer(asked, status, &Page::Ask(form))
    }
}

fn status(error: ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// How a form was asked for.
struct Asked {
    locale: form::Locale,
    thanks: bool,
}

impl Asked {
    fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let mut asked = Self {
            locale: form::language(headers),
            thanks: false,
        };
        for (key, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*key {
                "lang" => asked.locale = form::language_of(&value).unwrap_or(asked.locale),
                "thanks" => asked.thanks = true,
                _ => {}
            }
        }
        asked
    }
}

/// The page of a form.
pub async fn show(State(forms): State<ServerForms>, Path(token): Path<String>, request: Request) -> Response {
    let asked = Asked::of(request.uri(), request.headers());
    match forms.shown(&token).await {
        Ok(Some(shown)) if asked.thanks => forms.answer(&asked, StatusCode::OK, &Page::Thanks { brand: shown.brand() }),
        Ok(Some(shown)) => forms.answer(&asked, StatusCode::OK, &Page::Ask(shown.asks())),
        Ok(None) => forms.closed(&asked),
        Err(failed) => {
            let text = app::notice::draw(Notice::NotNow, asked.locale, &forms.inner.site);
            notice::document(status(failed.error), text)
        }
    }
}

/// An answer to a form.
pub async fn take(
    State(forms): State<ServerForms>,
    State(requests): State<Arc<Throttle>>,
    Path(token): Path<String>,
    ConnectInfo(from): ConnectInfo<std::net::SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked::of(&uri, &headers);
    let said = Said::read(&body);
    let now = Instant::now();
    if !requests.admits(from.ip(), now) {
        // Nothing is looked up for it any more.
        let form = Form::new("", None, None);
        return forms.again(&asked, StatusCode::TOO_MANY_REQUESTS, form, &said, Problem::TooOften);
    }
    let shown = match forms.shown(&token).await {
        Ok(Some(shown)) => shown,
        Ok(None) => return forms.closed(&asked),
        Err(NotShown { error, score }) => {
            let form = Form::new("", None, score);
            return forms.again(&asked, status(error), form, &said, Problem::NotTaken);
        }
    };
    let again = |status, problem| forms.again(&asked, status, shown.asks(), &said, problem);
    if !forms.inner.by_address.admits(from.ip(), now) || !forms.inner.by_form.takes(shown.form.id, now) {
        return again(StatusCode::TOO_MANY_REQUESTS, Problem::TooOften);
    }
    let thanks = format!("/f/{token}?thanks&lang={}", form::code(asked.locale));
    let thanks = || (StatusCode::SEE_OTHER, [(header::LOCATION, thanks.clone())]).into_response();
    if said.trapped {
        // Whoever fell for it is told nothing.
        tracing::debug!(form = shown.form.id, "an answer by a program was dropped");
        return thanks();
    }
    let text = said.text.trim();
    let len = text.chars().count();
    if len > FEEDBACK_MAX {
        return again(StatusCode::PAYLOAD_TOO_LARGE, Problem::TooLong { len });
    }
    if said.off_scale(shown.form.score) {
        return again(StatusCode::BAD_REQUEST, Problem::OffScale);
    }
    if text.is_empty() && said.score.is_none() {
        return again(StatusCode::BAD_REQUEST, Problem::Empty);
    }
    let today = Date::of_ms_in(now_ms(), app::zone(&headers));
    match forms.inner.store.forms(shown.board).await {
        Ok(all) if shown.is_full(&all, today) => {
            tracing::warn!(board = %shown.board, form = shown.form.id, "forms have brought in as much as they may");
            return again(StatusCode::INSUFFICIENT_STORAGE, Problem::Full);
        }
        Ok(_) => {}
        Err(error) => {
            tracing::error!(board = %shown.board, form = shown.form.id, %error, "an answer was not stored");
            return again(StatusCode::SERVICE_UNAVAILABLE, Problem::NotTaken);
        }
    }
    let (csat, nps) = match shown.form.score {
        Score::Csat => (said.score, None),
        Score::Nps => (None, said.score),
    };
    let entry = Entry {
        text: text.to_owned(),
        source: shown.form.label.clone(),
        on: Some(today),
        csat,
        nps,
        touchpoint: shown.touchpoint().map(|card| card.id),
        ..Entry::default()
    };
    let edit = Edit::AddFeedback {
        id: FeedbackId::fresh(),
        entry: Box::new(entry),
    };
    match forms.inner.rooms.edit(shown.board, edit).await {
        Ok(()) => {}
        Err(EditError::Refused(error)) => {
            tracing::warn!(board = %shown.board, form = shown.form.id, %error, "an answer was refused");
            return again(StatusCode::INSUFFICIENT_STORAGE, Problem::NotTaken);
        }
        Err(error) => {
            tracing::error!(board = %shown.board, form = shown.form.id, %error, "an answer was not stored");
            return again(StatusCode::SERVICE_UNAVAILABLE, Problem::NotTaken);
        }
    }
    // The answer itself is stored: that it is not counted is no reason to ask for it again.
    if let Err(error) = forms.inner.store.form_answered(shown.form.id).await {
        tracing::warn!(form = shown.form.id, %error, "an answer was not counted");
    }
    thanks()
}

/// What somebody has filled in.
struct Said {
    text: String,
    score: Option<u8>,
    /// A score that is no number at all.
    unreadable: bool,
    trapped: bool,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        let mut said = Self {
            text: String::new(),
            score: None,
            unreadable: false,
            trapped: false,
        };
        for (key, value) in form_urlencoded::parse(body) {
            match &*key {
                // A form sends its lines as DOS did.
                "text" => said.text = value.replace("\r\n", "\n"),
                "score" if !value.is_empty() => {
                    said.score = value.parse().ok();
                    said.unreadable = said.score.is_none();
                }
                TRAP => said.trapped = !value.is_empty(),
                _ => {}
            }
        }
        said
    }

    fn off_scale(&self, score: Score) -> bool {
        self.unreadable || self.score.is_some_and(|n| !score.scale().contains(&n))
    }
}
