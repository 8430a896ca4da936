//! Which web pages reach the room: those of the server's own host and those that the operator
//! names. A name that a stranger has given this machine's address is not the server's host.

use kpl_tests::harness::{
    http,
    raw::Raw,
    server::{Plan, Server},
};
use serde_json::Value;

const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

/// The answer to a browser that opens a session over polling for a page.
fn poll(server: &Server, headers: &[&str]) -> http::Response {
    http::get_with(server.port(), OPEN, headers).unwrap()
}

/// Comes in over WebSocket as a browser does for a page.
fn come(server: &Server, host: &str, origin: &str) -> Result<Raw, String> {
    let headers = [("host", host), ("origin", origin)];
    let came = Raw::connect_with(server.port(), &Value::Null, &headers);
    came.map_err(|error| error.to_string())
}

#[test]
fn a_page_of_another_site_reaches_the_room_in_no_way() {
    let server = Server::start().unwrap();
    let host = format!("127.0.0.1:{}", server.port());

    let socket = come(&server, &host, "http://evil.example").unwrap_err();
    let polled = poll(&server, &[&format!("host: {host}"), "origin: http://evil.example"]);
    let image = poll(&server, &[&format!("host: {host}"), "sec-fetch-site: cross-site"]);

    assert!(socket.contains("403"), "{socket}");
    assert_eq!((polled.status, image.status), (403, 403));
    assert!(polled.body.contains("--origin http://evil.example"), "{polled:?}");
    assert!(!polled.head.contains("access-control"), "{polled:?}");
}

#[test]
fn a_page_whose_host_has_been_given_this_address_reaches_the_room_in_no_way() {
    let server = Server::start().unwrap();
    let host = format!("evil.example:{}", server.port());
    let origin = format!("http://{host}");

    let socket = come(&server, &host, &origin).unwrap_err();
    let polled = poll(&server, &[&format!("host: {host}"), &format!("origin: {origin}")]);
    let silent = poll(&server, &[&format!("host: {host}"), "sec-fetch-site: same-origin"]);

    assert!(socket.contains("403"), "{socket}");
    assert_eq!((polled.status, silent.status), (403, 403));
    assert!(polled.body.contains(&format!("--origin http://{host}")), "{polled:?}");
}

#[test]
fn an_open_session_is_not_served_to_a_page_of_another_site_either() {
    let server = Server::start().unwrap();
    let opened = poll(&server, &["host: localhost"]);
    let sid = opened.body.split('"').nth(3).unwrap();

    let path = format!("{OPEN}&sid={sid}");
    let answer =
        http::get_with(server.port(), &path, &["host: localhost", "origin: http://evil.example"]);

    assert_eq!((opened.status, answer.unwrap().status), (200, 403));
}

#[test]
fn the_servers_own_pages_and_those_that_are_named_are_in_the_room() {
    let args = ["--origin", "https://kpl.example", "--origin", "http://localhost:5173"];
    let server = Server::planned(Plan::with(&args)).unwrap();
    let here = format!("127.0.0.1:{}", server.port());

    let own = come(&server, &here, &format!("http://{here}")).unwrap();
    let neighbour = come(&server, "mybox:3000", "http://mybox:3000").unwrap();
    let proxied = come(&server, "kpl.example", "https://kpl.example").unwrap();
    let named = come(&server, &here, "http://localhost:5173").unwrap();

    own.say("从网页来").unwrap();
    for page in [neighbour, proxied, named] {
        page.wait("the line", |heard| heard.talks == ["从网页来"]).unwrap();
    }
    let polled = poll(&server, &[&format!("host: {here}"), "origin: http://localhost:5173"]);
    let head = polled.head.to_ascii_lowercase();
    assert!(head.contains("\r\naccess-control-allow-origin: http://localhost:5173"), "{head}");
    assert!(head.contains("\r\nvary: origin"), "{head}");
}

#[test]
fn whoever_is_no_browser_asks_under_any_name() {
    let server = Server::start().unwrap();

    let native = Raw::connect_with(server.port(), &Value::Null, &[("host", "chat.example:1")]);

    assert_eq!(native.unwrap().ask("talk", &["x".into()]).unwrap()["ok"], true);
    assert_eq!(poll(&server, &["host: chat.example"]).status, 200);
}

#[test]
fn the_page_that_says_how_to_come_in_is_taken_for_nothing_but_text() {
    let server = Server::start().unwrap();

    let page = http::get_with(server.port(), "/", &["host: \"><script>alert(1)</script>"]).unwrap();

    let head = page.head.to_lowercase();
    assert_eq!(page.status, 200);
    assert!(head.contains("content-type: text/plain; charset=utf-8"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    assert!(page.body.contains("kpl-chat --name"), "{page:?}");
}
