//! Why a command was not done, or the server did not end well: one sentence and one exit code each.

use std::{io, net::SocketAddr, process::ExitCode};

use crate::{
    config::ConfigError,
    index::RebuildError,
    store::{BackupError, OpenError, PeopleError},
};

/// What ends the process with a code other than 0. The codes are listed in the help of each command.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The options make no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log filter cannot be understood.
    #[error("--log: {0}")]
    LogFilter(#[from] tracing_subscriber::filter::ParseError),
    /// Another program listens there.
    #[error("{0} is taken: another program listens there already; stop it or choose another --addr")]
    PortTaken(SocketAddr),
    /// The address is not this machine's, or not allowed.
    #[error("cannot listen on {addr}: {cause}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// There is no copy of the database.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// What is known of the boards was not written anew.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// Nothing was asked of or done to people.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Some boards could not be read.
    #[error("{damaged} maps could not be read and were left out; the log names them")]
    Unreadable {
        /// How many.
        damaged: usize,
    },
    /// The system refused something that is needed to run at all.
    #[error("the server cannot run: {0}")]
    System(#[from] io::Error),
}

impl StartError {
    /// The code that the process ends with.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let code_of = |error: &OpenError| match error {
            OpenError::NotWritable { .. } => 4,
            OpenError::InUse { .. } => 5,
            OpenError::Newer { .. } => 6,
            OpenError::Damaged { .. } => 7,
            OpenError::OldSqlite { .. } => 8,
            OpenError::Migration { .. } => 9,
            OpenError::Database { .. } => 1,
        };
        ExitCode::from(match self {
            Self::Config(_) | Self::LogFilter(_) => 2,
            Self::PortTaken(_) | Self::Listen { .. } => 3,
            Self::Store(error) | Self::Rebuild(RebuildError::Open(error)) => code_of(error),
            Self::Backup(BackupError::NotWritable { .. }) => 4,
            Self::Backup(BackupError::Damaged { .. }) => 7,
            Self::Backup(BackupError::NoDatabase { .. })
            | Self::Rebuild(RebuildError::NoDatabase { .. })
            | Self::People(PeopleError::NoDatabase { .. } | PeopleError::NoAccounts { .. }) => 10,
            Self::People(PeopleError::Nobody(_)) => 13,
            Self::Backup(BackupError::Exists { .. }) => 11,
            Self::Unreadable { .. } => 12,
            Self::Backup(BackupError::Database { .. })
            | Self::Rebuild(RebuildError::Store(_))
            | Self::People(PeopleError::Database { .. } | PeopleError::Random(_))
            | Self::System(_) => 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f5_an_old_sqlite_ends_with_a_code_of_its_own() {
        let found = "3.51.2".to_owned();
        let error = StartError::from(OpenError::OldSqlite { found });
        assert_eq!(error.exit_code(), ExitCode::from(8));
        assert!(error.to_string().contains("3.51.2"), "{error}");
    }
}
