//! The real binary, started as a person would start it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
};

/// A running `touchloop serve`; killed when dropped.
pub struct Touchloop {
    pub addr: SocketAddr,
    child: Child,
}

/// `touchloop` with these arguments, and none of the environment's settings.
pub fn touchloop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchloop"));
    command.args(args).stdin(Stdio::null());
    for name in [
        "ADDR",
        "DATA",
        "OPEN",
        "HOST",
        "URL",
        "SIGN_UP",
        "TRUST_PROXY",
        "SMTP",
        "MAIL_FROM",
        "LOG",
        "LOG_FORMAT",
    ] {
        command.env_remove(format!("TOUCHLOOP_{name}"));
    }
    command
}

/// Runs it to its end.
pub fn run(args: &[&str]) -> Output {
    touchloop(args).output().unwrap()
}

impl Touchloop {
    /// Serves this folder on a free port in open mode, and waits until it says that it does.
    pub fn serve(data: &Path) -> Self {
        Self::start(data, &["--open"]).0
    }

    /// The same with accounts; answers with what else it says at its start, while nobody has one.
    pub fn serve_with_accounts(data: &Path, args: &[&str]) -> (Self, String) {
        let (server, mut stdout) = Self::start(data, args);
        let mut said = String::new();
        stdout.read_line(&mut said).unwrap();
        (server, said)
    }

    fn start(data: &Path, args: &[&str]) -> (Self, BufReader<ChildStdout>) {
        let mut child = touchloop(&["serve", "--addr", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut said).unwrap();
        let addr = said.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let Some(addr) = addr else {
            panic!("the server did not start: {said:?} {:?}", child.wait())
        };
        let addr = addr.parse().unwrap();
        (Self { addr, child }, stdout)
    }

    /// For looking at it from outside.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Touchloop {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
