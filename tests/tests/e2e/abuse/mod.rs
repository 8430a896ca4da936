//! Whatever is done to the server, by bytes, by HTTP or by packets: it goes on to serve, holds no
//! more memory than before but for a bounded part, and panics nowhere.

mod bytes;
mod crowds;
mod requests;
mod sessions;

use kpl_tests::harness::{
    raw::Raw,
    server::{Plan, Server, assert_calm},
};

/// How much more memory an abused server may hold than before, in KiB, in a build without
/// optimisation.
const GROWTH_KIB: u64 = 96 * 1024;

/// A server that is to be abused.
struct Victim {
    server: Server,
    before_kib: u64,
}

impl Victim {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(args: &[&str]) -> Self {
        let server = Server::planned(Plan::with(&[&["--rate", "off"], args].concat())).unwrap();
        let victim = Self { server, before_kib: 0 };
        // What any server needs once it has served is no growth.
        victim.serves();
        let before_kib = victim.server.rss_kib().unwrap();
        Self { before_kib, ..victim }
    }

    fn port(&self) -> u16 {
        self.server.port()
    }

    /// A client of version 1 says a line and hears it, as does another.
    fn serves(&self) {
        let yao = Raw::v1(self.port(), "瑶").unwrap();
        let libai = Raw::v1(self.port(), "李白").unwrap();
        let answer = libai.ask("talk", &["我还在".into()]).unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        for client in [&yao, &libai] {
            client
                .wait("the line", |h| h.timeline.texts().last().is_some_and(|t| t == "我还在"))
                .unwrap();
        }
    }

    fn is_unharmed(&self) {
        self.serves();
        assert_calm(&self.server).unwrap();
        let growth = self.server.rss_kib().unwrap().saturating_sub(self.before_kib);
        assert!(growth < GROWTH_KIB, "the server grew by {growth} KiB");
    }
}
