//! What the programs say of themselves: to shells, which complete their command lines, to `man`,
//! and to whoever asks for help, in either language.

use std::{io::Write, process::Command};

use kpl_tests::harness::{
    binaries,
    person::Person,
    program::{Ended, Program},
    server,
    wait::PATIENCE,
};

fn chat(arguments: &[&str], lang: &str) -> Ended {
    let mut command = Person::new("李白").unwrap().command(arguments).unwrap();
    command.env("LANG", lang).current_dir("/");
    Program::start(command).unwrap().finish(PATIENCE).unwrap()
}

fn server(arguments: &[&str]) -> Ended {
    server::bare(tempfile::tempdir().unwrap().path(), arguments).unwrap()
}

/// What bash offers for the words of a command line, the last of which is being typed.
fn bash_offers(script: &str, words: &[&str]) -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(script.as_bytes()).unwrap();
    let ask = r#"source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        completes=$(complete -p "$1"); completes=${completes##*-F }
        "${completes%% *}" "$1" "${@: -1}" "${@: -2:1}"; printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.args(["-c", ask, "bash"]).arg(file.path()).args(words);
    let output = bash.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_flags_commands_and_languages() {
    let ours = chat(&["completions", "bash"], "C.UTF-8").out;
    let servers = server(&["completions", "bash"]).out;

    assert_eq!(bash_offers(&ours, &["kpl-chat", "--na"]), ["--name"]);
    assert_eq!(bash_offers(&ours, &["kpl-chat", "ta"]), ["tail"]);
    assert_eq!(bash_offers(&ours, &["kpl-chat", "tail", "--fo"]), ["--follow"]);
    assert_eq!(bash_offers(&ours, &["kpl-chat", "--lang", ""]), ["zh", "en"]);
    assert_eq!(bash_offers(&servers, &["kpl-server", "--lis"]), ["--listen"]);
    assert_eq!(bash_offers(&servers, &["kpl-server", "completions", "f"]), ["fish"]);
}

#[test]
fn zsh_and_fish_are_told_every_flag() {
    for (shell, head) in [("zsh", "#compdef kpl-"), ("fish", "complete -c kpl-")] {
        for (told, flags) in [
            (chat(&["completions", shell], "zh_CN.UTF-8"), ["name", "follow", "config"]),
            (server(&["completions", shell]), ["listen", "store", "max-text"]),
        ] {
            assert_eq!(told.code, 0, "{}", told.err);
            assert!(told.out.contains(head), "{}", told.out);
            for flag in flags {
                let flags = [format!("--{flag}"), format!("-l {flag} ")];
                assert!(flags.iter().any(|flag| told.out.contains(flag)), "{flag}: {}", told.out);
            }
        }
    }
}

#[test]
fn the_man_pages_are_whole_and_need_neither_a_server_nor_a_home() {
    let ours = chat(&["man"], "zh_CN.UTF-8");
    let servers = server(&["man"]);

    for (page, words) in
        [(&ours, ["kpl-chat", "退出码"]), (&servers, ["kpl-server", "EXIT STATUS"])]
    {
        assert_eq!((page.code, page.err.as_str()), (0, ""));
        assert!(words.iter().all(|word| page.out.contains(word)), "{}", page.out);
    }
    let mut homeless = Command::new(binaries::chat().unwrap());
    homeless.env_clear().arg("man");
    let ended = Program::start(homeless).unwrap().finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.err);
}

#[test]
fn help_is_in_the_language_of_the_locale_the_variable_or_the_flag() {
    for (arguments, lang, is_chinese) in [
        (&["--help"][..], "zh_TW.UTF-8", true),
        (&["--help"], "C.UTF-8", false),
        (&["--help", "--lang", "en"], "zh_CN.UTF-8", false),
        (&["tail", "--help", "--lang=zh"], "en_US.UTF-8", true),
        (&["help", "send"], "zh_CN.UTF-8", true),
    ] {
        let help = chat(arguments, lang);
        assert_eq!((help.code, help.err.as_str()), (0, ""));
        assert_eq!(help.out.contains("选项"), is_chinese, "{}", help.out);
        assert_eq!(help.out.contains("OPTIONS"), !is_chinese, "{}", help.out);
    }
}

#[test]
fn the_variables_of_the_locale_count_in_their_order() {
    let said = |variables: &[(&str, &str)]| {
        let mut command = Person::new("李白").unwrap().command(&["--no-such-flag"]).unwrap();
        command.envs(variables.iter().copied()).current_dir("/");
        let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert_eq!(ended.err.trim_end().lines().count(), 1, "{}", ended.err);
        ended.err.contains("没有")
    };

    assert!(said(&[("LANG", "zh_CN.UTF-8")]));
    assert!(!said(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]));
    assert!(said(&[("LANG", "C"), ("LC_MESSAGES", "zh_TW")]));
    assert!(said(&[("LC_ALL", "C"), ("KPL_LANG", "zh")]));
    assert!(!said(&[("LANG", "zh_CN.UTF-8"), ("KPL_LANG", "en")]));
}
