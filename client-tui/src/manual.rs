//! The command line, described for others than its reader: for shells, which complete it, and for
//! `man`.

use std::io::{self, Write};

use clap::{Arg, Command};
use clap_mangen::{
    Man,
    roff::{Roff, bold, italic, roman},
};

use crate::{
    exit::Exit,
    model::words::{Language, Words},
    settings::{
        arguments::{Shell, command},
        entries::{ENTRIES, Entry},
    },
};

/// The files, as they lie when nothing says otherwise.
const FILES: &[(&str, Words)] = &[
    ("~/.config/kpl-chat/config.toml", Language::man_file_settings),
    ("~/.local/state/kpl-chat/key", Language::man_file_key),
    ("~/.local/state/kpl-chat/outbox/", Language::man_file_outbox),
    ("~/.local/state/kpl-chat/greeted/", Language::man_file_greeted),
    ("~/.local/state/kpl-chat/ignored.json", Language::man_file_ignored),
];

/// Prints what completes the command line in a shell.
pub fn completions(shell: Shell, language: Language) -> anyhow::Result<Exit> {
    let languages = |arg: Arg| match arg.get_id().as_str() {
        "lang" => arg.value_parser(["zh", "en"]),
        _ => arg,
    };
    let mut command = command(language)
        .mut_args(languages)
        .mut_subcommands(|command| command.mut_args(languages));
    let mut script = Vec::new();
    let generator = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    clap_complete::generate(generator, &mut command, "kpl-chat", &mut script);
    // The generator of 4.6 spells the hyphen of our name in two ways in the script for bash, which
    // then knows no command; in the others the word does not occur.
    let script = String::from_utf8_lossy(&script).replace("kpl__subcmd__chat", "kpl__chat");
    print(script.as_bytes())
}

/// Prints the man page.
pub fn man(language: Language) -> anyhow::Result<Exit> {
    print(page(language)?.as_bytes())
}

fn print(text: &[u8]) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(Exit::Done)
}

fn page(language: Language) -> io::Result<String> {
    let command = command(language);
    let described = command.clone().long_about(language.flag_bare());
    let man = Man::new(described).manual("KPL chat");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // Rows that are stretched to one length tear Chinese apart.
    Roff::new().control("ad", ["l"]).to_writer(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    commands(&command, language, &mut page)?;
    let mut end = Roff::new();
    end.control("SH", [language.man_files().as_str()]);
    for (path, about) in FILES {
        end.control("TP", []).text([italic(*path)]).text([roman(about(language))]);
    }
    end.control("SH", [language.man_entries().as_str()]);
    for Entry { key, example, about } in ENTRIES {
        let entry = format!("{key} = {example}");
        end.control("TP", []).text([bold(entry)]).text([roman(about(language))]);
    }
    end.control("SH", [language.man_exit().as_str()]);
    let exits: [Words; 5] = [
        Language::man_exit_done,
        Language::man_exit_failed,
        Language::man_exit_usage,
        Language::man_exit_unreachable,
        Language::man_exit_refused,
    ];
    for (code, about) in exits.iter().enumerate() {
        end.control("TP", []).text([bold(code.to_string())]).text([roman(about(language))]);
    }
    end.control("PP", []).text([roman(language.man_see())]);
    end.to_writer(&mut page)?;
    Ok(headed(&String::from_utf8_lossy(&page), language))
}

/// Each command with its own flags: one page says all, so that nobody has to look for another.
fn commands(command: &Command, language: Language, page: &mut Vec<u8>) -> io::Result<()> {
    let mut head = Roff::new();
    head.control("SH", [language.man_commands().as_str()]);
    head.to_writer(page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let mut title = Roff::new();
        let usage = sub.clone().render_usage().to_string();
        title.control("SS", [usage.trim_start_matches("Usage:").trim()]);
        title.text([roman(sub.get_about().map(ToString::to_string).unwrap_or_default())]);
        title.to_writer(page)?;
        // The flags of all commands stand above already.
        let own = sub.clone().mut_args(|arg| {
            let of_all = arg.is_global_set() || arg.get_id() == "help";
            arg.hide(of_all)
        });
        if own.get_arguments().any(|arg| !arg.is_hide_set()) {
            let mut flags = Vec::new();
            Man::new(own).render_options_section(&mut flags)?;
            let flags = String::from_utf8_lossy(&flags);
            for line in flags.lines().filter(|line| !line.starts_with(".SH")) {
                writeln!(page, "{line}")?;
            }
        }
    }
    Ok(())
}

/// The headings that the generator writes, in the reader's language.
fn headed(page: &str, language: Language) -> String {
    let headings = [
        ("NAME", language.man_name()),
        ("SYNOPSIS", language.man_synopsis()),
        ("DESCRIPTION", language.man_description()),
        ("OPTIONS", language.man_options()),
    ];
    headings.iter().fold(page.to_owned(), |page, (heading, worded)| {
        page.replace(&format!(".SH {heading}\n"), &format!(".SH {worded}\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_man_page_names_every_flag_and_command_in_both_languages() {
        for language in [Language::En, Language::Zh] {
            let page = page(language).unwrap().replace("\\-", "-");
            let command = command(language);
            let of_commands = command.get_subcommands().flat_map(Command::get_arguments);
            for flag in command.get_arguments().chain(of_commands).filter_map(|arg| arg.get_long())
            {
                assert!(page.contains(&format!("--{flag}")), "--{flag}: {page}");
            }
            for sub in command.get_subcommands().map(Command::get_name).filter(|n| *n != "help") {
                assert!(page.contains(&format!("kpl-chat {sub}")), "{sub}: {page}");
            }
            assert!(page.starts_with(".ie"), "{page}");
        }
    }
}
