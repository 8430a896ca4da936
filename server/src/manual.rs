//! The command line, described for others than its reader: for shells, which complete it, and for
//! `man`.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_mangen::{
    Man,
    roff::{Roff, bold, italic, roman},
};

use crate::{
    password,
    settings::{Description, Settings, Shell},
};

/// The files, as they lie when nothing says otherwise.
const FILES: &[(&str, &str)] = &[
    ("~/.config/kpl/server.toml", "The settings: each flag by its name without the dashes"),
    ("~/.local/share/kpl/kpl.db", "The history"),
    ("~/.local/share/kpl/kpl.db.cert.pem", "The certificate of --tls-self-signed"),
    ("~/.local/share/kpl/kpl.db.key.pem", "Its private key; show it to nobody"),
];

/// The exit codes.
const EXITS: &[(&str, &str)] = &[
    ("0", "It was asked to stop, and has kept and told everything"),
    ("1", "It could not go on"),
    ("2", "The command line or the settings are not understood"),
];

/// Prints what was asked for instead of serving.
pub fn print(what: Description) -> io::Result<()> {
    let text = match what {
        Description::Completions { shell } => completions(shell),
        Description::Man => page()?,
        Description::Password => (password::ask()? + "\n").into_bytes(),
    };
    let mut out = io::stdout().lock();
    match out.write_all(&text).and_then(|()| out.flush()) {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn completions(shell: Shell) -> Vec<u8> {
    let generator = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut Settings::command(), "kpl-server", &mut script);
    // The generator of 4.6 spells the hyphen of our name in two ways in the script for bash, which
    // then knows no command; in the others the word does not occur.
    let script = String::from_utf8_lossy(&script);
    script.replace("kpl__subcmd__server", "kpl__server").into_bytes()
}

fn page() -> io::Result<Vec<u8>> {
    let man = Man::new(Settings::command()).manual("KPL chat");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut end = Roff::new();
    end.control("SH", ["COMMANDS"]);
    for command in Settings::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage:").trim().to_owned();
        end.control("TP", []).text([bold(format!("kpl-server {usage}"))]).text([roman(about)]);
    }
    end.control("SH", ["FILES"]);
    for (path, about) in FILES {
        end.control("TP", []).text([italic(*path)]).text([roman(*about)]);
    }
    end.control("SH", ["EXIT STATUS"]);
    for (code, about) in EXITS {
        end.control("TP", []).text([bold(*code)]).text([roman(*about)]);
    }
    end.to_writer(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_man_page_names_every_flag_and_command() {
        let page = String::from_utf8(page().unwrap()).unwrap().replace("\\-", "-");

        let command = Settings::command();
        for flag in command.get_arguments().filter_map(|arg| arg.get_long()) {
            assert!(page.contains(&format!("--{flag}")), "--{flag}: {page}");
        }
        for sub in command.get_subcommands().map(clap::Command::get_name) {
            assert!(page.contains(&format!("kpl-server {sub}")), "{sub}: {page}");
        }
    }
}
