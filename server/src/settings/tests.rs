//! What the operator may write, and what it comes to.

use super::*;

fn read(args: &[&str]) -> Result<Settings, SettingsError> {
    Settings::read(std::iter::once("kpl-server").chain(args.iter().copied()).map(OsString::from))
}

fn with_file(text: &str, args: &[&str]) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.toml");
    std::fs::write(&path, text).unwrap();
    read(&[&["--config", path.to_str().unwrap()], args].concat())
}

#[test]
fn the_file_counts_where_no_flag_does() {
    let settings = with_file("max-text = 100\nlisten = \"127.0.0.1:9\"", &["--max-text", "7"]);

    let settings = settings.unwrap();
    assert_eq!((settings.max_text, settings.listen.port()), (7, 9));
}

#[test]
fn a_key_that_is_no_setting_is_named() {
    let error = with_file("listn = 1", &[]).unwrap_err().to_string();

    assert!(error.contains("\"listn\"") && error.contains("listen"), "{error}");
}

#[test]
fn the_store_is_a_file_or_memory() {
    assert_eq!("memory".parse(), Ok(StoreSetting::Memory));
    assert_eq!("sqlite:/a:b".parse(), Ok(StoreSetting::Sqlite("/a:b".into())));
    assert!("sqlite:".parse::<StoreSetting>().is_err());
    assert!("sqlite::memory:".parse::<StoreSetting>().is_err());
    assert!("mysql:x".parse::<StoreSetting>().is_err());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read(&["--config", "/nowhere/x.toml"]).unwrap_err().to_string();

    assert!(error.contains("/nowhere/x.toml"), "{error}");
}

#[test]
fn a_wrong_value_in_the_file_is_told_with_the_file_and_the_key() {
    for (text, words) in [
        ("rate = \"often\"", ["server.toml", "rate", "often", "BURST,PER_SECOND"]),
        ("max-text = 0", ["server.toml", "max-text", "0", "2796032"]),
        ("max-frame = 0", ["server.toml", "max-frame", "0", "16777216"]),
        ("stall_timeout = -1", ["server.toml", "stall_timeout", "-1", "86400"]),
        ("log-format = \"xml\"", ["server.toml", "log-format", "xml", "text or json"]),
        ("log = \"inof\"", ["server.toml", "log", "inof", "debug"]),
        ("listen = \"here:1\"", ["server.toml", "listen", "here:1", "127.0.0.1:3000"]),
        ("listen = [1]", ["server.toml", "listen", "[1]", "string"]),
    ] {
        // A flag for the same does not make it right.
        for flag in [&[][..], &["--rate", "off", "--max-text", "9", "--log-format", "text"]] {
            let error = with_file(text, flag).unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}

#[test]
fn a_setting_given_in_both_spellings_is_refused() {
    let error = with_file("max-text = 5\nmax_text = 6", &[]).unwrap_err().to_string();

    assert!(error.contains("max-text") && error.contains("max_text"), "{error}");
    assert_eq!(with_file("max_text = 6", &[]).unwrap().max_text, 6);
}

#[test]
fn limits_that_contradict_each_other_are_refused_with_what_to_raise() {
    read(&[]).unwrap();
    read(&["--max-text", "10752"]).unwrap();
    for (args, words) in [
        (
            &["--max-text", "60000"][..],
            "a line of 60000 bytes (max-text) can take 361024 in JSON; raise max-message and \
             max-frame to 361024 or more, or lower max-text to 10752 or less",
        ),
        (
            &["--max-text", "60000", "--max-message", "361024"],
            "a line of 60000 bytes (max-text) can take 361024 in JSON; raise max-frame to 361024 \
             or more, or lower max-text to 10752 or less",
        ),
        (
            &["--max-message", "1000"],
            "a line of 4096 bytes (max-text) can take 25600 in JSON; raise max-message to 25600 or \
             more",
        ),
    ] {
        assert_eq!(read(args).unwrap_err().to_string(), words);
    }
    read(&["--max-text", "60000", "--max-message", "361024", "--max-frame", "361024"]).unwrap();
    assert!(with_file("max-text = 60000", &[]).is_err());
}

#[test]
fn what_is_no_toml_is_told_in_one_line_with_its_line() {
    for (text, line) in
        [("listen = ", 1), ("# 汉字\nmax-text = 5\nlisten = [", 3), ("rate = off", 1), ("x", 1)]
    {
        let error = with_file(text, &[]).unwrap_err().to_string();

        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains(&format!("server.toml is not TOML: line {line}: ")), "{error}");
    }
}

#[test]
fn an_address_is_a_number_and_a_port_or_localhost() {
    for (text, address) in
        [("127.0.0.1:3000", "127.0.0.1:3000"), ("localhost:9", "127.0.0.1:9"), ("[::]:9", "[::]:9")]
    {
        assert_eq!(read(&["--open", "--listen", text]).unwrap().listen, address.parse().unwrap());
    }
    for text in ["localhost", ":3000", "3000", "example.com:3000", "::1:x", "localhost:70000"] {
        let error = read(&["--listen", text]).unwrap_err().to_string();
        assert!(error.contains("such as 127.0.0.1:3000 or [::]:3000"), "{error}");
    }
}

#[test]
fn a_certificate_is_given_with_its_key_or_made_but_not_both() {
    use super::tls::CertificateSetting::{Given, SelfSigned};
    let asked = |file: &str, args: &[&str]| {
        let settings = with_file(file, args).map_err(|error| error.to_string())?;
        settings.tls.certificate().map_err(|error| error.to_string())
    };
    let (chain, key) = ("a.pem".into(), "b.pem".into());

    assert_eq!(asked("", &[]), Ok(None));
    assert_eq!(asked("", &["--tls-self-signed"]), Ok(Some(SelfSigned)));
    assert_eq!(asked("tls-self-signed = true", &[]), Ok(Some(SelfSigned)));
    assert_eq!(asked("tls_self_signed = true", &["--tls-self-signed=off"]), Ok(None));
    let given = asked("tls-key = 'b.pem'", &["--tls-cert", "a.pem"]);
    assert_eq!(given, Ok(Some(Given { chain, key })));
    for (file, args, named) in [
        ("", &["--tls-cert", "a.pem"][..], "needs --tls-key"),
        ("tls-key = 'b.pem'", &[], "needs --tls-cert"),
        ("tls-self-signed = true", &["--tls-cert", "a", "--tls-key", "b"], "keep one of them"),
        ("tls-self-signed = 5", &[], "tls-self-signed cannot be 5"),
    ] {
        let error = asked(file, args).unwrap_err();
        assert!(error.contains(named) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn a_list_is_several_flags_or_one_with_commas_or_a_list_in_the_file() {
    let three = ["10.0.0.0/8", "127.0.0.1", "::1"].map(|network| network.parse().unwrap());
    let proxies = |file, args: &[&str]| with_file(file, args).unwrap().network.trusted_proxy;

    assert_eq!(proxies("", &[]), []);
    let flags = ["--trusted-proxy", "10.0.0.0/8,127.0.0.1", "--trusted-proxy", "::1"];
    assert_eq!(proxies("trusted-proxy = '192.0.2.1'", &flags), three);
    assert_eq!(proxies("trusted-proxy = '10.0.0.0/8,127.0.0.1,::1'", &[]), three);
    assert_eq!(proxies("trusted_proxy = ['10.0.0.0/8', '127.0.0.1', '::1']", &[]), three);
    assert_eq!(proxies("trusted-proxy = []", &[]), []);
    for (text, words) in [
        ("trusted-proxy = 'here'", ["trusted-proxy", "here", "10.0.0.0/8"]),
        ("trusted-proxy = [1]", ["trusted-proxy", "[1]", "strings"]),
        ("address-new = '5'", ["address-new", "5", "COUNT,SECONDS"]),
        ("address-connections = 0", ["address-connections", "0", "1000000 or off"]),
    ] {
        let error = with_file(text, &[]).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
}
