//! What the command line asks for, checked before anything is touched.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
};

use crate::cli::{Open, ServeArgs};

/// A configuration that makes sense.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; the first that works is taken. Never empty.
    pub addrs: Vec<SocketAddr>,
    /// The data folder.
    pub data: PathBuf,
    /// Who may come in.
    pub open: Open,
    /// Names that the server answers to beside those that follow from that.
    pub hosts: Vec<String>,
}

/// Why the options make no sense together.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There are no accounts yet.
    #[error(
        "this version has no accounts yet and serves in open mode only: whoever reaches it may create and edit maps; \
         say --open if that is what you want"
    )]
    Closed,
    /// Open mode would be reachable from other machines.
    #[error(
        "{0} can be reached from other machines, and in open mode whoever reaches it may edit; say --open=network if \
         that is what you want"
    )]
    BeyondLoopback(SocketAddr),
    /// The address cannot be understood.
    #[error("{addr} is not an address to listen on, such as 127.0.0.1:3000: {cause}")]
    Address {
        /// What was given.
        addr: String,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl Config {
    /// Checks the options.
    ///
    /// # Errors
    /// [`ConfigError`] with a sentence for whoever typed them.
    pub fn new(args: &ServeArgs) -> Result<Self, ConfigError> {
        let open = args.open.ok_or(ConfigError::Closed)?;
        let unclear = |cause| ConfigError::Address {
            addr: args.addr.clone(),
            cause,
        };
        let addrs: Vec<SocketAddr> = args.addr.to_socket_addrs().map_err(unclear)?.collect();
        if addrs.is_empty() {
            return Err(unclear(std::io::ErrorKind::AddrNotAvailable.into()));
        }
        match open {
            Open::Network => {}
            Open::Local => {
                if let Some(addr) = addrs.iter().find(|addr| !addr.ip().is_loopback()) {
                    return Err(ConfigError::BeyondLoopback(*addr));
                }
            }
        }
        Ok(Self {
            addrs,
            data: args.data.clone(),
            open,
            hosts: args.host.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::LogFormat;

    fn asked(addr: &str, open: Option<Open>) -> Result<Config, ConfigError> {
        let (data, log) = ("data".into(), "info".to_owned());
        Config::new(&ServeArgs {
            addr: addr.into(),
            data,
            open,
            host: Vec::new(),
            log,
            log_format: LogFormat::Text,
        })
    }

    #[test]
    fn without_open_there_is_nothing_to_serve() {
        assert!(matches!(asked("127.0.0.1:3000", None), Err(ConfigError::Closed)));
    }

    #[test]
    fn open_alone_stays_on_this_machine() {
        for addr in ["127.0.0.1:3000", "127.8.8.8:1", "[::1]:3000"] {
            assert!(asked(addr, Some(Open::Local)).is_ok(), "{addr}");
        }
        for addr in ["0.0.0.0:3000", "[::]:3000", "192.168.1.7:3000", "[::ffff:10.0.0.1]:80"] {
            assert!(
                matches!(asked(addr, Some(Open::Local)), Err(ConfigError::BeyondLoopback(_))),
                "{addr}"
            );
            assert!(asked(addr, Some(Open::Network)).is_ok(), "{addr}");
        }
    }

    #[test]
    fn an_address_without_a_port_is_explained() {
        assert!(matches!(
            asked("127.0.0.1", Some(Open::Local)),
            Err(ConfigError::Address { .. })
        ));
    }
}
