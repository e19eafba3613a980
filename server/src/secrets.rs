//! Links and sessions: a secret that opens something for whoever has it. The server keeps a hash, so that a stolen
//! database opens nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Bytes of a secret: 192 bits, more than anybody can try.
const BYTES: usize = 24;

/// SHA-256 of a secret. A secret has more bits than anybody can try, so it needs no salt and no slow hash.
pub type SecretHash = [u8; 32];

/// A new secret, as it stands in an address or a cookie.
///
/// # Errors
/// The system has no random bytes.
pub fn mint() -> Result<String, getrandom::Error> {
    let mut secret = [0; BYTES];
    getrandom::fill(&mut secret)?;
    Ok(URL_SAFE_NO_PAD.encode(secret))
}

/// What the server knows it by.
#[must_use]
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether two of them are the same. Takes as long for any two, so that nobody learns how far a guess was right.
#[must_use]
pub fn same(one: &SecretHash, other: &SecretHash) -> bool {
    let differing = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f35_each_secret_is_192_bits_of_its_own() {
        let (one, two) = (mint().unwrap(), mint().unwrap());
        assert_ne!(one, two);
        for secret in [one, two] {
            assert_eq!(URL_SAFE_NO_PAD.decode(secret).unwrap().len(), 24);
        }
    }
}
