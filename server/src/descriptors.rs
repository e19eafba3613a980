//! How many files the process may hold open. Every socket is one; what a shell or systemd allows by default (1,024)
//! would turn people away long before [`crate::limits::SOCKETS_MAX`].

/// Asks for as many as [`crate::limits::FILES_WANTED`], as far as the system lets this process go by itself.
#[cfg(unix)]
pub fn raise() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(crate::limits::FILES_WANTED, |most| {
        most.min(crate::limits::FILES_WANTED)
    });
    if limit.current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                ..limit
            },
        )
    {
        tracing::warn!(%error, current = limit.current, wanted, "few sockets can be open at once");
    }
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub fn raise() {}
