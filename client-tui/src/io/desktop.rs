//! The desktop: what the machine has around the terminal, if it has anything. Each of these is a
//! program of the person's own, run without a shell, without our streams, and with a time limit
//! where one waits for it.

use std::{env, process::Stdio, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
    time::timeout,
};

use super::escape;

/// How long a program may take to take a text. One that reaches for a screen that is gone hangs.
const TIME_LIMIT: Duration = Duration::from_secs(3);

/// What `osascript` is told: to take the title and the text as they are, and not as a script.
const TELL: [&str; 3] = [
    "on run words",
    "display notification (item 2 of words) with title (item 1 of words)",
    "end run",
];

/// A program and its arguments.
type Argv = &'static [&'static str];

/// Which programs there may be. Those that are not installed fail, and the next one is tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desktop {
    clipboards: Vec<Argv>,
    browsers: Vec<Argv>,
    notifiers: Vec<Argv>,
}

impl Desktop {
    /// The desktop that this process runs on.
    pub fn of_process() -> Self {
        let mac = cfg!(target_os = "macos");
        Self::of(mac, |name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    /// The desktop of an environment in which these variables are set.
    fn of(mac: bool, set: impl Fn(&str) -> bool) -> Self {
        let wayland = set("WAYLAND_DISPLAY");
        let screen = wayland || set("DISPLAY");
        // Over ssh, the desktop of a Mac is not the one that its user sits at.
        let mac = mac && !set("SSH_CONNECTION") && !set("SSH_TTY");
        let termux = set("TERMUX_VERSION");
        let clipboards: [(bool, Argv); 5] = [
            (mac, &["pbcopy"]),
            (termux, &["termux-clipboard-set"]),
            (wayland, &["wl-copy"]),
            (screen, &["xclip", "-selection", "clipboard", "-in"]),
            (screen, &["xsel", "--clipboard", "--input"]),
        ];
        let browsers: [(bool, Argv); 4] = [
            (mac, &["open"]),
            (termux, &["termux-open-url"]),
            (set("WSL_DISTRO_NAME"), &["wslview"]),
            (screen, &["xdg-open"]),
        ];
        let notifiers: [(bool, Argv); 3] = [
            (mac, &["osascript", "-e", TELL[0], "-e", TELL[1], "-e", TELL[2]]),
            (termux, &["termux-notification", "--title"]),
            (screen, &["notify-send", "--app-name=kpl-chat", "--"]),
        ];
        let there = |programs: &[(bool, Argv)]| {
            programs.iter().filter(|(there, _)| *there).map(|&(_, argv)| argv).collect()
        };
        Self {
            clipboards: there(&clipboards),
            browsers: there(&browsers),
            notifiers: there(&notifiers),
        }
    }

    /// Puts a text into the clipboard of the desktop, if there is one, and into that of tmux.
    pub fn copy(&self, text: String) {
        if escape::in_tmux() {
            // It has a clipboard of its own, and gives it to the terminal where it may.
            let tmux: Argv = &["tmux", "load-buffer", "-w", "-"];
            if let Some(child) = start(tmux, &[], Stdio::piped()) {
                tokio::spawn(feed(child, text.clone()));
            }
        }
        if let Some(child) =
            self.clipboards.iter().find_map(|argv| start(argv, &[], Stdio::piped()))
        {
            tokio::spawn(feed(child, text));
        }
    }

    /// Tells the person something beside the terminal; whether there is a desktop that can.
    pub fn tell(&self, title: &str, text: &str) -> bool {
        let told = self.notifiers.iter().find_map(|argv| {
            // What a desktop shows may hold marks of its own.
            let text = match argv[0] {
                "notify-send" => text.replace('&', "&amp;").replace('<', "&lt;"),
                _ => text.to_owned(),
            };
            match argv[0] {
                "termux-notification" => start(argv, &[title, "--content", &text], Stdio::null()),
                _ => start(argv, &[title, &text], Stdio::null()),
            }
        });
        told.map(|child| tokio::spawn(feed(child, String::new()))).is_some()
    }

    /// Opens a web address in a browser; whether there is one.
    pub fn open(&self, link: &str) -> bool {
        // Nobody waits for it: it may run longer than we do, and is collected when it ends.
        self.browsers.iter().find_map(|argv| start(argv, &[link], Stdio::null())).is_some()
    }
}

/// What tmux does with what is copied, as its option `set-clipboard` says it.
pub async fn clipboard_of_tmux() -> Option<String> {
    let mut command = Command::new("tmux");
    command.args(["show-options", "-gv", "set-clipboard"]).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let told = timeout(TIME_LIMIT, command.output()).await.ok()?.ok()?;
    let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    Some(told).filter(|told| matches!(told.as_str(), "on" | "external" | "off"))
}

/// Starts a program in a process group of its own, so that no key of ours ends it.
fn start(argv: Argv, more: &[&str], input: Stdio) -> Option<Child> {
    let (program, arguments) = argv.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).args(more).process_group(0);
    command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok() // Not installed: the next one is tried.
}

/// Gives a program its input and waits for its end, for a while.
async fn feed(mut child: Child, text: String) {
    let fed = timeout(TIME_LIMIT, async {
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text.as_bytes()).await?;
        }
        child.wait().await
    });
    if fed.await.is_err() {
        // One that has ended meanwhile is gone all the same.
        let _ended = child.start_kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(mac: bool, set: &[&str]) -> (Vec<&'static str>, Vec<&'static str>) {
        let desktop = Desktop::of(mac, |name| set.contains(&name));
        let named = |programs: &[Argv]| programs.iter().map(|argv| argv[0]).collect();
        (named(&desktop.clipboards), named(&desktop.browsers))
    }

    #[test]
    fn programs_are_run_only_where_there_is_a_desktop() {
        let none = (vec![], vec![]);
        assert_eq!(programs(false, &[]), none);
        assert_eq!(programs(false, &["SSH_CONNECTION", "TMUX"]), none);
        assert_eq!(programs(true, &["SSH_CONNECTION"]), none);
        assert_eq!(programs(true, &[]), (vec!["pbcopy"], vec!["open"]));
        assert_eq!(programs(false, &["DISPLAY"]), (vec!["xclip", "xsel"], vec!["xdg-open"]));
        assert_eq!(programs(false, &["WAYLAND_DISPLAY"]).0[0], "wl-copy");
    }
}
