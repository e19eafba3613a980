//! The `touchloop` binary: reads the command line, does what it says, and says in one sentence why it could not.

use std::{
    io::{self, Write},
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::Parser;
use server::{
    cli::{BackupArgs, Cli, Command, LogFormat, Open, RebuildArgs, ServeArgs},
    config::Config,
    error::StartError,
    index::{self, Rebuilt},
    limits::HEAVY_THREADS_MIN,
    serve, shutdown,
    store::back_up,
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

async fn serve_until_stopped(config: &Config) -> Result<(), StartError> {
    let stop = shutdown::on_signal()?;
    let running = serve::start(config, stop).await?;
    let reach = match config.open {
        Open::Local => "whoever uses this machine may edit",
        Open::Network => "whoever reaches this address may edit",
    };
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        io::stdout(),
        "touchloop {version} serves http://{} with the data in {} (open mode: {reach})",
        running.addr,
        config.data.display()
    );
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
