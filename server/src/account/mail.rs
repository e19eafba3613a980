//! Mail to whoever has forgotten their password. What is asked for is answered before anybody is looked up, so the answer
//! says nothing, and neither does its time.

use app::account::{Page, Problem};
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use model::teams::email_key;

use super::{Asked, ServerAccounts, Typed, status_of};
use crate::{
    limits::{MAIL_WAIT, RESET_LASTS},
    secrets,
};

/// What sends mail, and under which address.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Reads where to and under which address, as they are typed.
    ///
    /// # Errors
    /// A sentence for whoever typed them; it holds no password.
    pub fn new(smtp: &str, from: &str) -> Result<Self, String> {
        let from = from
            .parse()
            .map_err(|_| "--mail-from is no address such as maps@example.com".to_owned())?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp).map_err(|_| {
            "--smtp is no address such as smtps://user:password@mail.example.com or \
             smtp://user:password@mail.example.com:587?tls=required"
                .to_owned()
        })?;
        let transport = transport.timeout(Some(MAIL_WAIT)).build();
        Ok(Self { transport, from })
    }

    async fn send(
        &self,
        to: Address,
        subject: String,
        text: String,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        self.transport.send(message).await?;
        Ok(())
    }
}

pub(super) async fn show(State(accounts): State<ServerAccounts>, asked: Asked) -> Response {
    if accounts.inner.mailer.is_none() {
        return accounts.page(&asked, StatusCode::NOT_FOUND, &Page::Missing);
    }
    accounts.page(&asked, StatusCode::OK, &Page::Forgot(None, ""))
}

pub(super) async fn take(State(accounts): State<ServerAccounts>, asked: Asked, body: Bytes) -> Response {
    let Some(mailer) = accounts.inner.mailer.clone() else {
        return accounts.page(&asked, StatusCode::NOT_FOUND, &Page::Missing);
    };
    let typed = Typed::read(&body);
    let email = typed.get("email");
    let again = |problem: &Problem| accounts.page(&asked, status_of(problem), &Page::Forgot(Some(problem), email));
    let Some(key) = email_key(email) else {
        return again(&Problem::EmailWrong);
    };
    let inner = &accounts.inner;
    let to = secrets::hash(&key);
    if !inner.sign_ups.admits(asked.from, asked.at) || !inner.mails_to.takes(to, asked.at) {
        return again(&Problem::TooOften);
    }
    let (base, locale, sender) = (accounts.base(&asked), asked.locale, accounts.clone());
    tokio::spawn(async move {
        if let Err(error) = sender.mail_reset(&mailer, key, &base, locale).await {
            tracing::error!(error, "a link to a new password could not be mailed");
        }
    });
    accounts.page(&asked, StatusCode::OK, &Page::Sent)
}

impl ServerAccounts {
    async fn mail_reset(
        &self,
        mailer: &Mailer,
        key: String,
        base: &str,
        locale: app::account::Locale,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let Some((account, _)) = self.inner.store.by_email(key).await? else {
            return Ok(());
        };
        let token = secrets::mint()?;
        let lasts = RESET_LASTS.as_millis() as u64;
        self.inner
            .store
            .add_reset(account.id, secrets::hash(&token), lasts)
            .await?;
        let (subject, text) = app::account::mail(&account.name, &format!("{base}/reset/{token}"), locale);
        mailer.send(account.email.parse()?, subject, text).await
    }
}
