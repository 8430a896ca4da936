//! Behind nginx, with the very commands and configuration of docs/operating.md.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
};

use kpl_tests::harness::{
    person::Person,
    program::{Ended, Program},
    server::{Plan, Server, assert_calm},
    tls::{self, Authority},
    wait::{PATIENCE, eventually},
};
use tempfile::TempDir;

/// What operators are told to do.
const GUIDE: &str = include_str!("../../../docs/operating.md");
const PASSWORD: &str = "王者峡谷 123";

/// The first block of a language below the heading.
fn block(language: &str) -> &'static str {
    let (_, below) = GUIDE.split_once("## Behind nginx\n").unwrap();
    let (_, begun) = below.split_once(&format!("```{language}\n")).unwrap();
    begun.split_once("```").unwrap().0
}

/// nginx in a folder of its own, which ends with the test.
struct Nginx {
    _program: Program,
    port: u16,
}

impl Nginx {
    /// Before a server, with a certificate of that authority.
    fn before(server: &Server, folder: &Path, authority: &Authority) -> Self {
        let issued = authority.issue(folder, &["localhost"]).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut site = block("nginx").to_owned();
        for (theirs, ours) in [
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("/etc/letsencrypt/live/kpl.example/fullchain.pem", issued.chain.display().to_string()),
            ("/etc/letsencrypt/live/kpl.example/privkey.pem", issued.key.display().to_string()),
            ("http://127.0.0.1:3000", server.url()),
        ] {
            assert!(site.contains(theirs), "{theirs} is not in {site}");
            site = site.replace(theirs, &ours);
        }
        // The workers of root would otherwise be somebody else, who cannot enter the folder.
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let user = if root { "user root;" } else { "" };
        let here = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {here}/{what};\n"))
            .concat();
        let configuration = format!(
            "daemon off; {user} pid {here}/nginx.pid; error_log {here}/error.log;\n\
             events {{}}\nhttp {{ access_log off;\n{temporary}{site}}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-e").arg(folder.join("error.log")).arg("-c").arg(&file);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin"));
        let program = Program::start(command).unwrap();
        let answers = || tls::get(port, "/health").is_ok_and(|answer| answer.contains(" 200 "));
        eventually("nginx answers", PATIENCE, answers).unwrap_or_else(|error| {
            panic!("{error}: {}{:?}", program.err(), fs::read_to_string(folder.join("error.log")))
        });
        Self { _program: program, port }
    }
}

fn runs(person: &Person, nginx: &Nginx, authority: &Path, arguments: &[&str]) -> Ended {
    let url = format!("https://localhost:{}", nginx.port);
    let mut command = person.command(&["--name", "李白", "--url", &url, "--ca-cert"]).unwrap();
    command.arg(authority).args(arguments).env("KPL_PASSWORD", PASSWORD);
    Program::start(command).unwrap().finish(PATIENCE).unwrap()
}

#[test]
fn the_configuration_for_nginx_that_the_guide_gives_lets_everything_through() {
    let folder = TempDir::new().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, PASSWORD).unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    let flags = block("sh").replace("/etc/kpl/password", &password.display().to_string());
    let flags = flags.replace("\\\n", " ");
    let flags: Vec<&str> = flags.split_whitespace().skip(1).collect();
    let server = Server::planned(Plan::with(&flags)).unwrap();
    let authority = Authority::new().unwrap();
    let trusted = authority.write(folder.path()).unwrap();
    let nginx = Nginx::before(&server, folder.path(), &authority);
    let libai = Person::new("李白").unwrap();

    let sent = runs(&libai, &nginx, &trusted, &["send", "过了 nginx"]);
    assert_eq!((sent.code, sent.err.as_str()), (0, ""));
    let told = runs(&libai, &nginx, &trusted, &["tail", "--json"]);
    assert!(told.code == 0 && told.out.contains("过了 nginx"), "{}{}", told.out, told.err);
    let polled = tls::get(nginx.port, "/socket.io/?EIO=4&transport=polling").unwrap();
    assert!(polled.contains("\"upgrades\":[\"websocket\"]"), "{polled}");
    assert_calm(&server).unwrap();
}
