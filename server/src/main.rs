//! The `touchloop` binary: reads the command line, does what it says, and says in one sentence why it could not.

use std::{
    io::{self, Write},
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::Parser;
use server::{
    cli::{
        BackupArgs, Cli, Command, LogFormat, Open, RebuildArgs, ServeArgs, UserCommand, UserListArgs, UserResetArgs,
    },
    config::Config,
    error::StartError,
    index::{self, Rebuilt},
    limits::HEAVY_THREADS_MIN,
    serve, shutdown,
    store::{back_up, people, reset_by_hand},
};
use tracing_subscriber::EnvFilter;

/// Gives memory back while the server rests. glibc keeps what closed boards have freed: a few pieces that live on
/// between theirs hold all of it (ARCHITECTURE.md, "Memory").
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => run_server(&args),
        Command::Backup(args) => run_backup(&args),
        Command::RebuildIndex(args) => run_rebuild(&args),
        Command::User(UserCommand::List(args)) => run_user_list(&args),
        Command::User(UserCommand::Reset(args)) => run_user_reset(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done for somebody who closed stderr; the code still tells.
            let _ = writeln!(io::stderr(), "touchloop: {error}");
            error.exit_code()
        }
    }
}

fn run_server(args: &ServeArgs) -> Result<(), StartError> {
    let config = Config::new(args)?;
    log(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Work on large documents takes a processor and a copy of the document; more at once only costs memory.
        .max_blocking_threads(
            thread::available_parallelism().map_or(HEAVY_THREADS_MIN, |cores| cores.get().max(HEAVY_THREADS_MIN)),
        )
        .build()?;
    let outcome = runtime.block_on(serve_until_stopped(&config));
    // A blocking task that hangs must not hold up the exit: everything is stored by now.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

fn run_backup(args: &BackupArgs) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let size = runtime.block_on(back_up(&args.data, &args.file))?;
    let _ = writeln!(
        io::stdout(),
        "touchloop: {} is a checked copy of the database in {} ({} KiB)",
        args.file.display(),
        args.data.display(),
        size.div_ceil(1024)
    );
    Ok(())
}

fn run_rebuild(args: &RebuildArgs) -> Result<(), StartError> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let Rebuilt {
        boards,
        improvements,
        repaired,
        damaged,
    } = runtime.block_on(index::rebuild(&args.data))?;
    let _ = writeln!(
        io::stdout(),
        "touchloop: {boards} maps read, {improvements} improvements in them, {repaired} maps repaired"
    );
    if damaged > 0 {
        return Err(StartError::Unreadable { damaged });
    }
    Ok(())
}

fn run_user_list(args: &UserListArgs) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for person in runtime.block_on(people(&args.data))? {
        let _ = writeln!(io::stdout(), "{}\t{}", person.email, person.name);
    }
    Ok(())
}

fn run_user_reset(args: &UserResetArgs) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (person, token) = runtime.block_on(reset_by_hand(&args.data, &args.email))?;
    let _ = writeln!(
        io::stdout(),
        "touchloop: {} ({}) sets a new password at {}/reset/{token}, once, within an hour",
        person.name,
        person.email,
        args.url
    );
    Ok(())
}

async fn serve_until_stopped(config: &Config) -> Result<(), StartError> {
    let stop = shutdown::on_signal()?;
    let running = serve::start(config, stop).await?;
    let reach = match config.open {
        Some(Open::Local) => "open mode: whoever uses this machine may edit",
        Some(Open::Network) => "open mode: whoever reaches this address may edit",
        None => "with accounts",
    };
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        io::stdout(),
        "touchloop {version} serves http://{} with the data in {} ({reach})",
        running.addr,
        config.data.display()
    );
    if let Some(path) = &running.set_up {
        let base = config
            .url
            .as_ref()
            .map_or_else(|| format!("http://{}", running.addr), ToString::to_string);
        let _ = writeln!(io::stdout(), "touchloop: set up the first account at {base}{path}");
    }
    running.ended().await
}

fn log(args: &ServeArgs) -> Result<(), StartError> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&args.log)?)
        .with_writer(io::stderr);
    match args.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
