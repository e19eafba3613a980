//! What can be typed on the command line. Every option of `serve` is an environment variable as well.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::{names, proxy};

/// Collaborative touchpoint maps: one binary, one database file.
#[derive(Debug, Parser)]
#[command(
    name = "touchloop",
    version,
    about,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the maps kept in a data folder until told to stop (Ctrl-C or SIGTERM).
    #[command(after_help = SERVE_HELP)]
    Serve(ServeArgs),
    /// Copy the database to a new file, checked, while the server runs or not.
    #[command(after_help = BACKUP_HELP)]
    Backup(BackupArgs),
    /// Read every map and write anew what lists and the page of improvements know of it; the server must not run.
    #[command(after_help = REBUILD_HELP)]
    RebuildIndex(RebuildArgs),
    /// See who has an account, or help somebody who has forgotten a password, while the server runs or not.
    #[command(subcommand)]
    User(UserCommand),
}

/// What can be done about people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Print the address and the name of everybody who has an account.
    #[command(after_help = USER_HELP)]
    List(UserListArgs),
    /// Print a link by which somebody sets a new password, once, within an hour.
    #[command(after_help = USER_HELP)]
    Reset(UserResetArgs),
}

/// Options of `touchloop user list`.
#[derive(Clone, Debug, clap::Args)]
pub struct UserListArgs {
    /// Folder of the database.
    #[arg(long, env = "TOUCHLOOP_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,
}

/// Options of `touchloop user reset`.
#[derive(Clone, Debug, clap::Args)]
pub struct UserResetArgs {
    /// The address they sign in with.
    pub email: String,

    /// Folder of the database.
    #[arg(long, env = "TOUCHLOOP_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// The address by which people reach the server; the link begins with it.
    #[arg(
        long,
        env = "TOUCHLOOP_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:3000",
        value_parser = names::url
    )]
    pub url: names::PublicUrl,
}

/// Options of `touchloop serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(
        long,
        env = "TOUCHLOOP_ADDR",
        default_value = "127.0.0.1:3000",
        value_name = "HOST:PORT"
    )]
    pub addr: String,

    /// Folder of the database, created if it does not exist.
    #[arg(long, env = "TOUCHLOOP_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// Let whoever reaches the server create and edit maps, without accounts. Alone: only from this machine; with
    /// `network`: from every machine that reaches the address.
    #[arg(
        long,
        env = "TOUCHLOOP_OPEN",
        value_name = "TO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "local",
        hide_possible_values = true
    )]
    pub open: Option<Open>,

    /// A name by which the server is opened, such as maps.example.com; more than once for several. Without it: as
    /// localhost, and with `--open=network` by its IP address, its machine's name, and names of a local network.
    #[arg(
        long,
        env = "TOUCHLOOP_HOST",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = names::host
    )]
    pub host: Vec<String>,

    /// The address by which people reach the server, such as https://maps.example.com: links begin with it, its name is
    /// admitted, and with https cookies are sent by TLS only.
    #[arg(long, env = "TOUCHLOOP_URL", value_name = "URL", value_parser = names::url)]
    pub url: Option<names::PublicUrl>,

    /// The proxies in front of the server: how many, such as 1, or their addresses, such as 127.0.0.1,10.0.0.0/8. They
    /// are believed what X-Forwarded-For and X-Forwarded-Proto say; without it nobody is.
    #[arg(long, env = "TOUCHLOOP_TRUST_PROXY", value_name = "PROXIES", value_parser = proxy::proxies)]
    pub trust_proxy: Option<proxy::Proxies>,

    /// The mail server by which links to a new password are sent, such as smtps://user:password@mail.example.com, or
    /// smtp://user:password@mail.example.com:587?tls=required. Best said by the environment, which others on this machine
    /// cannot read.
    #[arg(
        long,
        env = "TOUCHLOOP_SMTP",
        value_name = "URL",
        hide_env_values = true,
        requires = "mail_from",
        requires = "url",
        conflicts_with = "open"
    )]
    pub smtp: Option<String>,

    /// The address that such mail comes from, such as maps@example.com or `Maps <maps@example.com>`.
    #[arg(long, env = "TOUCHLOOP_MAIL_FROM", value_name = "ADDRESS", requires = "smtp")]
    pub mail_from: Option<String>,

    /// Who may make an account: whoever was invited into a team, or anybody.
    #[arg(
        long,
        env = "TOUCHLOOP_SIGN_UP",
        value_enum,
        default_value_t = SignUp::Invite,
        value_name = "WHO",
        conflicts_with = "open"
    )]
    pub sign_up: SignUp,

    /// What to log: error, warn, info, debug, trace, or a filter for each module such as `info,server::store=debug`.
    #[arg(long, env = "TOUCHLOOP_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How to write the log: for people or for machines.
    #[arg(long, env = "TOUCHLOOP_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Options of `touchloop backup`.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupArgs {
    /// The copy. It must not exist yet.
    pub file: PathBuf,

    /// Folder of the database.
    #[arg(long, env = "TOUCHLOOP_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,
}

/// Options of `touchloop rebuild-index`.
#[derive(Clone, Debug, clap::Args)]
pub struct RebuildArgs {
    /// Folder of the database.
    #[arg(long, env = "TOUCHLOOP_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,
}

/// From where the open mode may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Open {
    /// From this machine.
    #[value(alias = "true", alias = "1", alias = "yes")]
    Local,
    /// From the network.
    Network,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SignUp {
    /// Whoever was invited into a team.
    #[default]
    Invite,
    /// Anybody.
    Open,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One line for a person to read.
    Text,
    /// One JSON object a line.
    Json,
}

const SERVE_HELP: &str = "\
Examples:
  touchloop serve --url https://maps.example.com --trust-proxy 1
                                                          with accounts, behind a proxy for TLS
  touchloop serve --open                                  on this machine: http://127.0.0.1:3000
  touchloop serve --open=network --addr 0.0.0.0:3000      for a workshop's network
  touchloop serve --open=network --host maps.example.com  behind a proxy of that name
  TOUCHLOOP_OPEN=local TOUCHLOOP_DATA=/srv/maps touchloop serve

Exit codes:
  0  stopped as asked                     5  the data folder is in use by another touchloop
  1  something else went wrong            6  the database is from a newer version
  2  the options make no sense            7  the database is damaged
  3  the address cannot be listened on    8  this build carries a SQLite that is too old
  4  the data folder cannot be written    9  the database could not be brought to this version";

const BACKUP_HELP: &str = "\
Examples:
  touchloop backup maps.db
  touchloop backup --data /srv/maps /mnt/backups/maps-$(date +%F).db

To restore, stop the server, remove touchloop.db, touchloop.db-wal and touchloop.db-shm from the
data folder, put the copy there as touchloop.db, and start the server. What people edited since then
and still have open comes back by itself.

Exit codes:
  0  the copy is there and whole          7  the database is damaged
  1  something else went wrong           10  there is no database in the data folder
  2  the options make no sense           11  the file exists already
  4  the copy cannot be written";

const USER_HELP: &str = "\
Exit codes:
  0  it was done                         10  there is no database with accounts in the data folder
  1  something else went wrong           13  nobody has an account under this address
  2  the options make no sense";

const REBUILD_HELP: &str = "\
Maps themselves are only read. It is safe to stop it half way and to run it again.

Exit codes:
  0  everything was read                  7  the database is damaged
  1  something else went wrong            9  the database could not be brought to this version
  2  the options make no sense           10  there is no database in the data folder
  4  the data folder cannot be written   12  some maps could not be read; they were left out
  5  the data folder is in use";
