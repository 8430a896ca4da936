//! Packets: of other namespaces, of wrong types, answers to nothing, and ways of coming and going
//! that nobody intended.

use std::thread;

use kpl_tests::harness::{
    bare::{Bare, first, frame},
    polling::Polling,
    raw::Raw,
    wait::{PATIENCE, eventually, scaled},
};
use serde_json::{Value, json};

use super::Victim;

#[test]
fn packets_for_other_namespaces_reach_nobody() {
    let victim = Victim::start();
    let watcher = Raw::plain(victim.port()).unwrap();

    for round in 0..20 {
        let attacker = Raw::plain(victim.port()).unwrap();
        for number in 0..200 {
            let namespace = format!("/{round}-{number}");
            for packet in [
                format!("40{namespace},"),
                format!("40{namespace},{{\"v\":1}}"),
                format!("42{namespace},[\"talk\",\"x\"]"),
                format!("41{namespace},"),
            ] {
                // The server may have cut it for what it did before.
                attacker.send(&packet).unwrap_or_default();
            }
        }
        attacker.send(&format!("40/{},", "n".repeat(60_000))).unwrap_or_default();
    }

    victim.is_unharmed();
    let talks = watcher.look(|heard| heard.talks.clone());
    assert!(talks.iter().all(|text| text != "x"), "{talks:?}");
}

#[test]
fn answers_that_nobody_asked_for_are_ignored() {
    let victim = Victim::start();
    let attacker = Raw::v1(victim.port(), "吕布").unwrap();

    for number in 0..20_000_u64 {
        attacker.send(&format!("43{number}[\"x\"]")).unwrap();
    }
    for packet in ["43[]", "43-1[]", "4318446744073709551615[1]", "43[[[]]]"] {
        // One of no form may cost the connection.
        attacker.send(packet).unwrap_or_default();
    }

    victim.is_unharmed();
}

#[test]
fn packets_of_binary_that_never_comes_are_forgotten() {
    let victim = Victim::start();

    for _ in 0..200 {
        let attacker = Raw::plain(victim.port()).unwrap();
        for packet in [
            r#"451000000-["talk",{"_placeholder":true,"num":0}]"#,
            r#"452-["talk",{"_placeholder":true,"num":7},{"_placeholder":true,"num":-1}]"#,
            r#"461-5[{"_placeholder":true,"num":0}]"#,
            r#"450-["talk"]"#,
        ] {
            attacker.send(packet).unwrap_or_default();
        }
        attacker.send_binary(vec![0; 1000]).unwrap_or_default();
    }

    victim.is_unharmed();
}

#[test]
fn thousands_who_come_and_go_leave_nothing_behind() {
    let victim = Victim::start();
    let port = victim.port();
    let each = scaled(250, 2500);

    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                for round in 0..each {
                    let auth = json!({"v": 1, "name": format!("p{number}-{round}")});
                    drop(Raw::connect(port, &auth).unwrap());
                }
            });
        }
    });
    // The same over one connection that stays.
    let mut bare = Bare::session(port).unwrap();
    for _ in 0..each {
        let comes_and_goes = [frame(first::TEXT, b"40"), frame(first::TEXT, b"41")].concat();
        // The server may cut one that goes and stays.
        bare.send(&comes_and_goes).unwrap_or_default();
    }

    victim.is_unharmed();
    let here = Raw::v1(port, "后羿").unwrap().ask("who", &[]).unwrap();
    assert!(here["total"].as_u64().unwrap() <= 8, "{here}");
}

#[test]
fn connecting_twice_on_one_connection_makes_nobody_two() {
    let victim = Victim::start();
    let libai = Raw::v1(victim.port(), "李白").unwrap();

    for _ in 0..100 {
        libai.send("40{\"v\":1,\"name\":\"吕布\"}").unwrap_or_default();
    }

    victim.is_unharmed();
    let here = Raw::v1(victim.port(), "后羿").unwrap().ask("who", &[]).unwrap();
    let names = here["members"].as_array().unwrap().iter().map(|member| &member["name"]);
    assert!(names.clone().filter(|name| **name == "吕布").count() <= 1, "{here}");
}

#[test]
fn upgrades_that_race_each_other_and_the_polls_are_survived() {
    let victim = Victim::start();
    let port = victim.port();

    for round in 0..40 {
        let session = Polling::connect(port, &Value::Null).unwrap();
        let path = session.path.replace("polling", "websocket");
        let mut sockets: Vec<Bare> =
            (0..3).filter_map(|_| Bare::websocket(port, &path, "").ok()).collect();
        for socket in &mut sockets {
            socket.send(&frame(first::TEXT, b"2probe")).unwrap_or_default();
        }
        session.post(&[format!(r#"42["talk","{round}"]"#)]).unwrap_or_default();
        for socket in &mut sockets {
            socket.send(&frame(first::TEXT, b"5")).unwrap_or_default();
            socket.send(&frame(first::TEXT, b"42[\"talk\",\"raced\"]")).unwrap_or_default();
        }
        session.post(&["2".into(), "41".into(), "1".into()]).unwrap_or_default();
    }
    // Upgrades of nothing.
    for sid in ["", "unknown", "AAAAAAAAAAAAAAAA", "%00"] {
        let path = format!("/socket.io/?EIO=4&transport=websocket&sid={sid}");
        let Ok(mut socket) = Bare::websocket(port, &path, "") else { continue };
        socket.send(&frame(first::TEXT, b"2probe")).unwrap_or_default();
        eventually("it is cut", PATIENCE, || socket.is_over()).unwrap();
    }

    victim.is_unharmed();
}
