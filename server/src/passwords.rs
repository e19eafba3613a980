//! Passwords: kept as argon2id hashes. To hash one takes 19 MiB and tens of milliseconds on purpose, so only so many
//! are hashed at a time (F33).

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::limits::HASHES_AT_ONCE;

/// Hashes passwords, so many at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

/// What somebody without an account is compared with, so that the answer takes as long as with one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("").unwrap_or_default());

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        }
    }
}

impl Passwords {
    /// The hash of a password, with a salt of its own. `None`, and a line in the log, where the system has no random
    /// bytes.
    pub async fn hash(&self, password: &str) -> Option<String> {
        let password = password.to_owned();
        self.in_turn(move || hashed(&password)).await.flatten()
    }

    /// Whether this is the password of a hash. Takes as long where there is none.
    pub async fn matches(&self, password: &str, hash: Option<&str>) -> bool {
        let (password, hash) = (password.to_owned(), hash.map(ToOwned::to_owned));
        let verified = self.in_turn(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let right = PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            known && right
        });
        verified.await.unwrap_or(false)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        // Taken along: whoever leaves half way has not made room for another before the work is done.
        let turn = self.turns.clone().acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.ok()
    }
}

fn hashed(password: &str) -> Option<String> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Some(hash.to_string()),
        Err(error) => {
            tracing::error!(%error, "a password could not be hashed");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn f33_a_password_is_known_by_its_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords.hash("cà phê sữa đá").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(
            passwords.hash("cà phê sữa đá").await.unwrap(),
            hash,
            "each has its salt"
        );
        assert!(passwords.matches("cà phê sữa đá", Some(&hash)).await);
        assert!(!passwords.matches("ca phe sua da", Some(&hash)).await);
        assert!(!passwords.matches("", None).await, "nobody has no password");
        assert!(!passwords.matches("", Some("no hash")).await);
    }
}
