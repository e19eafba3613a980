//! Starts everything in the right order, and stops it in the other one.

use std::{io, net::SocketAddr, sync::Arc};

use leptos::config::{LeptosOptions, get_configuration};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    access::{Access, Admission},
    account::ServerAccounts,
    bin,
    boards::ServerBoards,
    book::Book,
    cli::Open,
    config::Config,
    connections::{self, ConnectionLimits},
    descriptors,
    error::StartError,
    forms::ServerForms,
    index,
    limits::{REQUESTS_BURST, REQUESTS_PER_SECOND},
    links::ServerLinks,
    names::{Names, PublicUrl},
    passwords::Passwords,
    rate::{Rate, Throttle},
    rooms::{Rooms, RoomsConfig},
    router::{Server, router},
    shutdown::within_grace,
    site::{Embedded, StaticSite},
    store::{SqliteStore, Store},
    sync::{Sync, SyncConfig},
};

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where the first account is made, while there is none: a path, told to nobody else.
    pub set_up: Option<String>,
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

impl Running {
    /// Waits until the server has stopped and everything is stored.
    ///
    /// # Errors
    /// The server's task panicked.
    pub async fn ended(self) -> Result<(), StartError> {
        self.ended
            .await
            .map_err(|error| StartError::System(io::Error::other(error)))
    }

    /// Stops it as SIGTERM would.
    ///
    /// # Errors
    /// As [`Running::ended`].
    pub async fn stop(self) -> Result<(), StartError> {
        self.stop.cancel();
        self.ended().await
    }
}

/// Listens, opens the data folder and answers requests until `stop` is cancelled.
///
/// # Errors
/// [`StartError`]; nothing was changed in the data folder.
pub async fn start(config: &Config, stop: CancellationToken) -> Result<Running, StartError> {
    descriptors::raise();
    // The address first: a second server by mistake should not even look at the data.
    let listener = listen(&config.addrs).await?;
    let addr = listener.local_addr()?;
    let sqlite = Arc::new(SqliteStore::open(&config.data).await?);
    let store: Arc<dyn Store> = sqlite.clone();
    let site = StaticSite::new(Embedded);
    let addresses = site.addresses(config.open.is_some());
    if addresses.js.is_empty() {
        tracing::warn!("this binary was built without the site: pages can be read, but not edited");
    }
    let release = addresses.release.clone();
    let addresses = Arc::new(addresses);
    let admission = match config.open {
        Some(_) => Admission::Everybody,
        None => Admission::Accounts,
    };
    let rooms = RoomsConfig {
        begins: admission == Admission::Everybody,
        ..RoomsConfig::default()
    };
    let rooms = Rooms::new(store.clone(), rooms);
    let access = Access::new(admission, sqlite.clone());
    let following = rooms.clone().follow(access.changes());
    tokio::spawn(stop.clone().run_until_cancelled_owned(following));
    // One for all: whatever hashes takes its turn.
    let passwords = Passwords::default();
    let accounts = ServerAccounts::new(
        sqlite.clone(),
        access.clone(),
        config,
        addresses.clone(),
        passwords.clone(),
    );
    let set_up = match admission {
        Admission::Everybody => None,
        Admission::Accounts => accounts.open_set_up().await?,
    };
    warn_of_plain_passwords(config, addr);
    let book = Book::new(sqlite.clone());
    let links = ServerLinks::new(
        sqlite.clone(),
        rooms.clone(),
        access.clone(),
        book.clone(),
        addresses.clone(),
        passwords,
        config.url.clone(),
    );
    let following = links.clone().follow(access.changes());
    tokio::spawn(stop.clone().run_until_cancelled_owned(following));
    let server = Server {
        links: links.clone(),
        leptos: leptos_options(),
        forms: ServerForms::new(store.clone(), rooms.clone(), addresses.clone()),
        boards: ServerBoards::new(sqlite.clone(), rooms.clone(), access.clone(), book),
        people: sqlite.clone(),
        addresses,
        site,
        store: store.clone(),
        sync: Sync::new(rooms.clone(), access.clone(), SyncConfig::default()).of_release(&release),
        requests: Arc::new(Throttle::new(Rate {
            per_second: REQUESTS_PER_SECOND,
            burst: REQUESTS_BURST,
        })),
        // With accounts the address decides from where it is reached, so its names are those of a network.
        names: Arc::new(Names::new(config.open.unwrap_or(Open::Network), config.names())),
        access: access.clone(),
        accounts,
        proxies: config.proxies.clone().map(Arc::new),
    };
    let app = router(server);
    let older = store.clone();
    tokio::spawn(async move {
        match index::index_older(&*older).await {
            Ok(0) => {}
            Ok(boards) => tracing::info!(boards, "the improvements of older boards are in the index now"),
            Err(error) => tracing::warn!(%error, "older boards are missing in the index until they are opened"),
        }
    });
    tokio::spawn(bin::keep_emptying(sqlite.clone(), access.clone(), stop.clone()));
    let limits = ConnectionLimits {
        proxies: config.proxies.clone(),
        ..ConnectionLimits::default()
    };
    let told = stop.clone();
    let ended = tokio::spawn(async move {
        let stopping = told.clone();
        let http = connections::serve(listener, app, limits, stopping);
        let sockets = async {
            told.cancelled().await;
            rooms.shutdown().await;
        };
        let both = async { tokio::join!(http, sockets) };
        tokio::select! {
            ((), ()) = both => {}
            () = async {
                told.cancelled().await;
                within_grace("connections", std::future::pending::<()>()).await;
            } => {}
        }
        links.count().await;
        store.close().await;
        tracing::info!("stopped; everything is stored");
    });
    Ok(Running {
        addr,
        set_up,
        stop,
        ended,
    })
}

fn warn_of_plain_passwords(config: &Config, addr: SocketAddr) {
    let secure = config.url.as_ref().is_some_and(PublicUrl::is_secure);
    if config.open.is_none() && !addr.ip().is_loopback() && !secure && config.proxies.is_none() {
        tracing::warn!(
            %addr,
            "passwords cross the network in the clear: put a proxy for TLS in front and say --url https://…"
        );
    }
}

async fn listen(addrs: &[SocketAddr]) -> Result<TcpListener, StartError> {
    let mut failed = None;
    for addr in addrs {
        match TcpListener::bind(addr).await {
            Ok(listener) => return Ok(listener),
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => failed = Some(StartError::PortTaken(*addr)),
            Err(cause) => failed = Some(StartError::Listen { addr: *addr, cause }),
        }
    }
    Err(failed.unwrap_or_else(|| StartError::System(io::ErrorKind::AddrNotAvailable.into())))
}

/// `cargo leptos watch` says through the environment where its reload socket is; a release needs none of it.
fn leptos_options() -> LeptosOptions {
    let watched = cfg!(debug_assertions) && std::env::var_os("LEPTOS_OUTPUT_NAME").is_some();
    match watched.then(|| get_configuration(None)) {
        Some(Ok(file)) => file.leptos_options,
        _ => LeptosOptions::builder().output_name("touchloop").build(),
    }
}
