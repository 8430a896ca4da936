use kpl_shared::fingerprint::Fingerprint;

use super::{entries::ENTRIES, file::parse, *};
use crate::model::{hand::keymap, words::tests::english_in};

const TERMINAL: Streams =
    Streams { output_is_terminal: true, input_is_piped: false, is_able: true, depth: Depth::Full };

fn read(line: &str) -> Result<Arguments, clap::Error> {
    let words = std::iter::once("kpl-chat").chain(line.split_whitespace());
    arguments::read(words.map(OsString::from), Language::En)
}

fn arguments(line: &str) -> Arguments {
    read(line).unwrap()
}

fn resolved(line: &str, file: &str) -> Result<Settings, SettingsError> {
    let configured = parse(file, Path::new("config.toml"), Language::En)?;
    Settings::resolve(arguments(line), configured, TERMINAL, Some("yao".into()), "C.UTF-8")
}

fn mode_of(line: &str, streams: Streams) -> Mode {
    let (configured, login) = (Configured::default(), Some("yao".into()));
    Settings::resolve(arguments(line), configured, streams, login, "").unwrap().mode
}

#[test]
fn the_flags_are_well_formed() {
    arguments::command(Language::En).debug_assert();
}

#[test]
fn without_settings_one_is_in_the_room_of_this_machine_under_the_login_name() {
    let settings = resolved("", "").unwrap();

    assert_eq!(settings.address.to_string(), "http://127.0.0.1:3000");
    assert_eq!(settings.room, RoomName::default());
    assert_eq!(settings.name().unwrap().as_str(), "yao");
    assert_eq!(settings.language, Language::En);
    assert_eq!(settings.mode, Mode::Screen);
}

#[test]
fn a_flag_goes_over_the_file() {
    let file = "name = '李白'\nurl = 'kpl.example'\nroom = 'other'\nlang = 'zh'\n";

    let configured = resolved("", file).unwrap();
    let told = resolved("--name 瑶 --url host:1 --room KPL --lang en", file).unwrap();

    assert_eq!(configured.name().unwrap().as_str(), "李白");
    assert_eq!(configured.address.to_string(), "http://kpl.example");
    assert_eq!(configured.room.as_str(), "other");
    assert_eq!(configured.language, Language::Zh);
    assert_eq!(told.name().unwrap().as_str(), "瑶");
    assert_eq!(told.address.to_string(), "http://host:1");
    assert_eq!(told.room.as_str(), "KPL");
    assert_eq!(told.language, Language::En);
}

#[test]
fn vi_is_there_for_those_who_ask() {
    assert!(!resolved("", "").unwrap().vi);
    assert!(resolved("", "vi = true").unwrap().vi);
}

#[test]
fn what_is_wrong_in_the_file_is_named() {
    for (file, expected) in [
        (
            "colour = 'red'",
            "config.toml: line 1: nobody knows the key `colour`; there are name, url",
        ),
        ("lang = 'en'\nname = 5", "config.toml: line 2: `name` is a text"),
        ("\n[keys]\nhyper-x = 'send'", "config.toml: line 3: no key is called \"hyper-x\""),
        ("[keys]\nctrl-x = 'sned'", "config.toml: line 2: no action is called \"sned\""),
        ("[keys]\nx = 'send'", "config.toml: line 2: x types itself"),
        ("keys = 'send'", "config.toml: line 1: `keys` is a table"),
        ("\nname = ", "config.toml: line 2: "),
        ("vi = 'yes'", "config.toml: line 1: `vi` is true or false"),
        ("lang = 'fr'", "config.toml: line 1: lang is zh or en, not \"fr\""),
        ("url = 'ftp://x'", "config.toml: line 1: \"ftp://x\" is no address of a server"),
        ("\nroom = 'a b'", "config.toml: line 2: no room is called \"a b\""),
        ("\n\nlinks = 'yes'", "config.toml: line 3: links is auto, on or off, not \"yes\""),
        ("notify = 'ring'", "config.toml: line 1: notify is bell, desktop, both or off"),
        ("typing = 'no'", "config.toml: line 1: `typing` is true or false"),
        ("lang = ", "config.toml: line 1: this is no TOML ("),
    ] {
        let sentence = resolved("", file).unwrap_err().to_string();
        assert!(sentence.starts_with(expected) && !sentence.contains('\n'), "{sentence}");
    }
}

#[test]
fn a_login_name_that_is_no_name_is_only_a_matter_for_those_who_speak() {
    let login = Some("a b".into());
    let settings =
        Settings::resolve(arguments("tail"), Configured::default(), TERMINAL, login, "").unwrap();

    let sentence = settings.name().unwrap_err().to_string();

    assert!(sentence.ends_with("give one with --name"), "{sentence}");
}

#[test]
fn the_streams_decide_what_the_bare_command_does() {
    let tail = Mode::Tail { lines: TAIL_LINES, follow: true, json: false };

    assert_eq!(mode_of("", TERMINAL), Mode::Screen);
    assert_eq!(mode_of("--plain", TERMINAL), Mode::Plain);
    assert_eq!(mode_of("", Streams { is_able: false, ..TERMINAL }), Mode::Plain);
    assert_eq!(mode_of("", Streams { output_is_terminal: false, ..TERMINAL }), tail);
    let piped = Streams { input_is_piped: true, ..TERMINAL };
    let lines = Mode::Send { text: None, code: false, files: vec![] };
    assert_eq!(mode_of("", piped), lines);
    assert_eq!(mode_of("", Streams { output_is_terminal: false, ..piped }), lines);
    let code = Mode::Send { text: None, code: true, files: vec!["a".into(), "b".into()] };
    assert_eq!(mode_of("send --code --file a --file b", piped), code);
}

#[test]
fn what_is_sent_may_look_like_a_flag_or_be_several_words() {
    let said = |text: &str| Mode::Send { text: Some(text.into()), code: false, files: vec![] };
    assert_eq!(mode_of("send -5", TERMINAL), said("-5"));
    assert_eq!(mode_of("send a b", TERMINAL), said("a b"));
    assert_eq!(mode_of("send a --name x", TERMINAL), said("a"));
}

#[test]
fn tail_prints_as_many_lines_as_it_is_asked_for() {
    assert_eq!(
        mode_of("tail -n 1000000 --follow --json", TERMINAL),
        Mode::Tail { lines: 1_000_000, follow: true, json: true }
    );
    assert!(read("tail -n 1000001").is_err());
}

#[test]
fn an_empty_value_is_none() {
    let arguments = arguments("--name= --url= --room= --lang=");

    let file = parse("", Path::new("config.toml"), Language::En).unwrap();
    let settings = Settings::resolve(arguments, file, TERMINAL, Some("yao".into()), "");

    assert_eq!(settings, resolved("--lang en", ""));
}

#[test]
fn every_flag_value_and_command_is_worded_in_both_languages() {
    let (english, chinese) = (arguments::command(Language::En), arguments::command(Language::Zh));

    let told = |command: &clap::Command| {
        let mut told = vec![command.get_about().map(ToString::to_string)];
        told.extend(command.get_arguments().map(|arg| arg.get_help().map(ToString::to_string)));
        told
    };
    let all = |command: &clap::Command| {
        let mut all = told(command);
        all.extend(command.get_subcommands().flat_map(told));
        all
    };
    for (english, chinese) in all(&english).into_iter().zip(all(&chinese)) {
        assert!(english.is_some(), "{chinese:?}");
        assert_ne!(english, chinese);
    }
}

#[test]
fn a_wrong_argument_is_told_in_one_sentence_in_the_readers_language() {
    for (line, english, chinese) in [
        (
            "--nmae x",
            "there is no flag --nmae; there is --name",
            "没有 --nmae 这个选项；你是不是想用 --name",
        ),
        ("tial", "there is no command tial; there is tail", "没有 tial 这个命令"),
        ("tail -n x", "--lines <N> does not take \"x\"", "不接受 \"x\""),
        ("tail -n", "lacks its value", "缺少内容"),
        ("completions", "<bash|zsh|fish> is missing", "缺少 <bash|zsh|fish>"),
        ("completions ksh", "does not take \"ksh\"", "不接受 \"ksh\""),
        ("--name a --name b", "--name <NAME> does not go", "不能重复"),
    ] {
        let error = read(line).unwrap_err();
        for (language, expected) in [(Language::En, english), (Language::Zh, chinese)] {
            let sentence = arguments::complaint(&error, language);
            assert!(sentence.contains(expected) && !sentence.contains('\n'), "{sentence}");
            assert!(sentence.contains("kpl-chat --help"), "{sentence}");
        }
    }
}

#[test]
fn the_language_of_help_is_known_before_the_rest_is_read() {
    let language = |line: &str| {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        arguments::told(&words, "--lang")
    };

    assert_eq!(language("kpl-chat --help --lang zh").as_deref(), Some("zh"));
    assert_eq!(language("kpl-chat --lang=en send").as_deref(), Some("en"));
    assert_eq!(language("kpl-chat send -- --lang zh"), None);
}

fn look(line: &str, file: &str, depth: Depth) -> Result<Look, SettingsError> {
    let configured = parse(file, Path::new("config.toml"), Language::En)?;
    let streams = Streams { depth, ..TERMINAL };
    Settings::resolve(arguments(line), configured, streams, Some("yao".into()), "")
        .map(|settings| settings.look)
}

#[test]
fn a_terminal_of_all_colours_is_drawn_dark_and_any_other_in_its_own_sixteen() {
    let theme = |line, file, depth| look(line, file, depth).unwrap().theme.name;

    assert_eq!(theme("", "", Depth::Full), "dark");
    assert_eq!(theme("", "", Depth::Indexed), "16");
    assert_eq!(theme("", "theme = 'light'", Depth::Indexed), "light");
    assert_eq!(theme("--theme contrast", "theme = 'light'", Depth::Full), "contrast");
    assert_eq!(theme("--theme=", "theme = 'light'", Depth::Full), "light");
    assert!(!look("", "", Depth::Full).unwrap().painted);
}

#[test]
fn a_theme_of_ones_own_changes_another_one() {
    use crate::model::{look::colour::Colour, page::rows::Ink};
    let file = "[theme]\nname = 'light'\nbackground = true\ndim = '#808080'\n\
                wrong = 'bright-red'\nnames = [208, '#0000ff']\n";

    let own = look("", file, Depth::Full).unwrap();
    let light = look("--theme light", file, Depth::Full).unwrap();

    assert_eq!((own.theme.name, light.theme.name), ("own", "light"));
    assert!(own.painted);
    assert_eq!(own.colour(Ink::Dim), Some(Colour::Rgb(0x80, 0x80, 0x80)));
    assert_eq!(own.colour(Ink::Wrong), Some(Colour::Index(9)));
    assert_eq!(own.colour(Ink::Name(0)), Some(Colour::Index(208)));
    assert_eq!(own.colour(Ink::Key), light.colour(Ink::Key));
    assert_eq!(look("", "[theme]\nbackground = true", Depth::Full).unwrap().theme.name, "dark");
}

#[test]
fn what_is_wrong_in_a_theme_is_named_with_its_line() {
    for (file, expected) in [
        ("theme = 'pink'", "config.toml: line 1: nobody knows that theme; there are \"dark\", "),
        ("theme = 16", "config.toml: line 1: nobody knows that theme"),
        ("[theme]\n\nname = 'pink'", "config.toml: line 3: nobody knows that theme"),
        ("[theme]\ndmi = 'red'", "config.toml: line 2: a theme has no `dmi`; it has name, "),
        ("[theme]\ndim = 'rde'", "config.toml: line 2: \"rde\" is no colour: write \"#rrggbb\""),
        ("[theme]\ndim = 256", "config.toml: line 2: \"256\" is no colour"),
        ("[theme]\nnames = 'red'", "config.toml: line 2: `names` is a list of colours"),
        ("[theme]\nnames = ['red',\n 'x']", "config.toml: line 3: \"x\" is no colour"),
        ("[theme]\nbackground = 1", "config.toml: line 2: `background` is true or false"),
    ] {
        let sentence = look("", file, Depth::Full).unwrap_err().to_string();
        assert!(sentence.starts_with(expected) && !sentence.contains('\n'), "{sentence}");
    }
    let sentence = look("--theme pink", "", Depth::Full).unwrap_err().to_string();
    assert_eq!(sentence, "there is no theme \"pink\"; there are dark, light, contrast, 16");
}

#[test]
fn the_file_says_where_the_list_of_people_stands() {
    let folding = |file| resolved("", file).map(|settings| settings.people);

    assert_eq!(folding(""), Ok(Folding::Auto));
    assert_eq!(folding("people = 'on'"), Ok(Folding::On));
    assert_eq!(folding("people = 'off'"), Ok(Folding::Off));
    let sentence = folding("people = 'yes'").unwrap_err().to_string();
    assert!(sentence.starts_with("config.toml: line 1: people is auto, on or off"), "{sentence}");
}

#[test]
fn a_first_start_asks_what_nobody_has_said() {
    let asked = |line: &str, configured: Configured, streams: Streams| {
        let login = Some("yao".into());
        let settings =
            Settings::resolve(arguments(line), configured, streams, login, "zh_CN.UTF-8").unwrap();
        let asked = settings.questions?;
        Some((asked.name, asked.server.is_some(), asked.ask_language))
    };
    let nothing = Configured::default;
    let piped = Streams { input_is_piped: true, ..TERMINAL };
    let dumb = Streams { is_able: false, ..TERMINAL };

    assert_eq!(asked("", nothing(), TERMINAL), Some(("yao".into(), true, true)));
    let told = asked("--url host --lang en", nothing(), TERMINAL);
    assert_eq!(told, Some(("yao".into(), false, false)));
    let empty_file = parse("", Path::new("config.toml"), Language::En).unwrap();
    assert_eq!(asked("", empty_file, TERMINAL), None);
    for (line, streams) in [
        ("--name 瑶", TERMINAL),
        ("--config x.toml", TERMINAL),
        ("--plain", TERMINAL),
        ("send hi", TERMINAL),
        ("tail", TERMINAL),
        ("doctor", TERMINAL),
        ("", piped),
        ("", dumb),
    ] {
        assert_eq!(asked(line, nothing(), streams), None, "{line}");
    }
}

#[test]
fn a_name_in_the_file_that_is_none_is_told_with_its_line_to_those_who_speak() {
    let settings = resolved("tail", "\nname = 'a b'").unwrap();

    let sentence = settings.name().unwrap_err().to_string();

    assert!(sentence.starts_with("config.toml: line 2: \"a b\" cannot be"), "{sentence}");
    assert_eq!(resolved("--name 瑶", "name = 'a b'").unwrap().name().unwrap().as_str(), "瑶");
}

#[test]
fn what_is_wrong_is_told_in_the_readers_language() {
    let sentence = |line: &str, file: &str| {
        let configured = parse(file, Path::new("config.toml"), Language::Zh)?;
        let login = Some("a b".into());
        let settings =
            Settings::resolve(arguments(line), configured, TERMINAL, login, "zh_TW.UTF-8")?;
        settings.name().cloned()
    };

    for (line, file, expected) in [
        ("", "colour = 1", "config.toml：第 1 行：没有 `colour` 这个键"),
        ("--name 'x", "", "不能作为名字：名字只能用文字、数字"),
        ("", "", "登录名 \"a b\" 不能作为这里的名字"),
        ("--room !", "", "没有叫 \"!\" 的房间"),
        ("--lang fr", "", "语言只有 zh 和 en"),
        ("--url ftp://x", "", "应以 http:// 或 https:// 开头"),
        ("", "name = 5", "config.toml：第 1 行：`name` 是文本"),
        ("", "name = ", "config.toml：第 1 行：不符合 TOML 格式"),
        ("", "lang = 'fr'", "config.toml：第 1 行：语言只有"),
        ("", "people = 1", "config.toml：第 1 行：`people` 是文本"),
        ("", "people = 'x'", "config.toml：第 1 行：people 只能是 auto"),
        ("", "notify = 'x'", "config.toml：第 1 行：notify 只能是 bell"),
        ("", "links = 'x'", "config.toml：第 1 行：links 只能是 auto"),
        ("", "vi = 1", "config.toml：第 1 行：`vi` 只能是 true 或 false"),
        ("", "keys = 1", "config.toml：第 1 行：`keys` 是表"),
        ("", "[keys]\nctrl-a = 1", "config.toml：第 2 行：`ctrl-a` 应绑定到一个动作的名字"),
        ("", "[keys]\nhyper-a = 'send'", "config.toml：第 2 行：没有叫 \"hyper-a\" 的按键"),
        (
            "",
            "[keys]\nctrl-a = 'sned'",
            "config.toml：第 2 行：没有叫 \"sned\" 的动作；动作有 send",
        ),
        ("", "[keys]\na = 'send'", "config.toml：第 2 行：a 用来输入文字"),
        ("", "theme = 'x'", "config.toml：第 1 行：没有这个主题；可用的有 \"dark\""),
        ("", "[theme]\ndmi = 1", "config.toml：第 2 行：主题里没有 `dmi`"),
        ("", "[theme]\ndim = 'x'", "config.toml：第 2 行：\"x\" 不是颜色"),
        ("", "[theme]\nnames = 1", "config.toml：第 2 行：`names` 是颜色列表"),
        ("", "[theme]\nbackground = 1", "config.toml：第 2 行：`background` 只能是 true"),
    ] {
        let sentence = sentence(line, file).unwrap_err().to_string();
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn the_chinese_help_has_no_english_word() {
    let actions = keymap::names(Language::En);
    let words = |text: &'static str| text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let written = ENTRIES.iter().flat_map(|entry| words(entry.example).chain([entry.key]));
    let mut names = vec![
        "send",
        "tail",
        "doctor",
        "key",
        "export",
        "import",
        "link",
        "fingerprint",
        "completions",
        "man",
        "help",
        "bash",
        "zsh",
        "fish",
    ];
    names.extend(written.chain(["light", "contrast"]));
    names.extend(actions.split(", "));
    let mut command = arguments::command(Language::Zh);
    let mut pages = vec![command.render_long_help().to_string()];
    pages.extend(command.get_subcommands_mut().map(|sub| sub.render_long_help().to_string()));

    for page in pages {
        assert_eq!(english_in(&page, &names), [""; 0], "{page}");
    }
}

#[test]
fn a_server_is_trusted_by_the_machines_authorities_by_others_or_by_its_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, "no certificate").unwrap();
    let (pem, print) = (pem.display(), Fingerprint::of(b"x"));
    let trust = |line: &str, file: &str| {
        let settings = resolved(line, file).map_err(|error| error.to_string())?;
        Ok::<_, String>(settings.trust)
    };

    assert_eq!(trust("--url https://host", ""), Ok(Trust::Machine));
    let pinned = trust(&format!("--url https://host --fingerprint {print}"), "");
    assert_eq!(pinned, Ok(Trust::Pinned(print)));
    let file = format!("url = 'https://host'\nfingerprint = '{print}'");
    assert_eq!(trust("", &file), Ok(Trust::Pinned(print)));
    // The server of the command line is another one than the file's.
    assert_eq!(trust("--url https://other", &file), Ok(Trust::Machine));
    assert_eq!(trust("--url http://127.0.0.1:3000", &file), Ok(Trust::Machine));
    for (line, expected) in [
        (format!("--url http://host --fingerprint {print}"), "write https:// before the address"),
        ("--url https://host --fingerprint abc".into(), "\"abc\" is no fingerprint: write the 64"),
        (format!("--url https://host --ca-cert {pem}"), "holds no certificate in PEM"),
        ("--url https://host --ca-cert /nowhere/x".into(), "cannot read /nowhere/x"),
    ] {
        let sentence = trust(&line, "").unwrap_err();
        assert!(sentence.contains(expected) && !sentence.contains('\n'), "{sentence}");
    }
}
