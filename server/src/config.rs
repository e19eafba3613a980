//! What the command line asks for, checked before anything is touched.

use std::{
    net::{Ipv4Addr, SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};

use crate::{
    account::Mailer,
    cli::{Open, ServeArgs, SignUp},
    names::PublicUrl,
    proxy::Proxies,
};

/// A configuration that makes sense.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; the first that works is taken. Never empty.
    pub addrs: Vec<SocketAddr>,
    /// The data folder.
    pub data: PathBuf,
    /// Who may come in without an account; `None` where people have accounts.
    pub open: Option<Open>,
    /// Who may make an account.
    pub sign_up: SignUp,
    /// Where people reach the server, if that was said.
    pub url: Option<PublicUrl>,
    /// The proxies in front of it, if there are any.
    pub proxies: Option<Proxies>,
    /// What sends mail, if anything does.
    pub mail: Option<Mailer>,
    /// Names that the server answers to beside those that follow from that.
    pub hosts: Vec<String>,
}

/// Why the options make no sense together.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Open mode would be reachable from other machines.
    #[error(
        "{0} can be reached from other machines, and in open mode whoever reaches it may edit; say --open=network if \
         that is what you want"
    )]
    BeyondLoopback(SocketAddr),
    /// Mail cannot be sent this way.
    #[error("{0}")]
    Mail(String),
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
        let unclear = |cause| ConfigError::Address {
            addr: args.addr.clone(),
            cause,
        };
        let addrs: Vec<SocketAddr> = args.addr.to_socket_addrs().map_err(unclear)?.collect();
        if addrs.is_empty() {
            return Err(unclear(std::io::ErrorKind::AddrNotAvailable.into()));
        }
        if args.open == Some(Open::Local)
            && let Some(addr) = addrs.iter().find(|addr| !addr.ip().is_loopback())
        {
            return Err(ConfigError::BeyondLoopback(*addr));
        }
        let mail = match (&args.smtp, &args.mail_from) {
            (Some(smtp), Some(from)) => Some(Mailer::new(smtp, from).map_err(ConfigError::Mail)?),
            _ => None,
        };
        Ok(Self {
            addrs,
            data: args.data.clone(),
            open: args.open,
            sign_up: args.sign_up,
            url: args.url.clone(),
            proxies: args.trust_proxy.clone(),
            mail,
            hosts: args.host.clone(),
        })
    }

    /// A server with accounts on any free port of this machine, and nothing else asked for.
    #[must_use]
    pub fn local(data: &Path) -> Self {
        Self {
            addrs: vec![(Ipv4Addr::LOCALHOST, 0).into()],
            data: data.to_owned(),
            open: None,
            sign_up: SignUp::default(),
            url: None,
            proxies: None,
            mail: None,
            hosts: Vec::new(),
        }
    }

    /// Every name that it answers to beside those that follow from who may come in.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let public = self.url.iter().map(PublicUrl::name);
        self.hosts.iter().cloned().chain(public).collect()
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
            url: None,
            trust_proxy: None,
            smtp: None,
            mail_from: None,
            sign_up: SignUp::Invite,
            log,
            log_format: LogFormat::Text,
        })
    }

    #[test]
    fn with_accounts_any_address_will_do() {
        for addr in ["127.0.0.1:3000", "0.0.0.0:3000"] {
            assert!(asked(addr, None).is_ok_and(|config| config.open.is_none()), "{addr}");
        }
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
