use super::*;

async fn nowhere() -> Address {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    Address::parse(&listener.local_addr().unwrap().to_string()).unwrap()
}

fn to(address: Address) -> (Connection, mpsc::Receiver<Link>) {
    Connection::start(ConnectionSettings::new(address, None, None, RoomName::default()))
}

async fn lost(links: &mut mpsc::Receiver<Link>) -> u64 {
    assert_eq!(links.recv().await, Some(Link::Dialled));
    match links.recv().await {
        Some(Link::Lost { retry_ms, .. }) => retry_ms,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn where_nobody_listens_it_goes_on_trying() {
    let (_connection, mut links) = to(nowhere().await);

    assert!(lost(&mut links).await <= 250);
    assert!(lost(&mut links).await <= 500);
    assert!(lost(&mut links).await <= 500);
}

#[tokio::test]
async fn commands_are_taken_while_nobody_reads() {
    let (connection, links) = to(nowhere().await);

    for n in 0..1000 {
        connection.remember("e".into(), n).await;
        connection.who().await;
        connection.reconnect_now().await;
    }

    connection.close(links).await;
}

#[tokio::test]
async fn it_ends_with_its_owner() {
    let (connection, mut links) = to(nowhere().await);

    drop(connection);

    while links.recv().await.is_some() {}
}

#[test]
fn the_handshake_says_where_we_left_off() {
    let name = Name::parse("瑶").ok();
    let key = Some(Key::from_bytes([0xab; 32]));
    let address = Address::parse("localhost:3000").unwrap();
    let mut settings = ConnectionSettings::new(address, name, key, RoomName::default());
    settings.resume = Some(("e".into(), 7));

    let auth = settings.auth();

    let key = "ab".repeat(32);
    let expected = serde_json::json!({
        "v": 1, "name": "瑶", "key": key, "room": "KPL", "epoch": "e", "after": 7
    });
    assert_eq!(auth, expected);
}

#[test]
fn only_what_waiting_helps_is_tried_again_by_itself() {
    let gone = |message: &str| matches!(refused(message), Ended::Lost(_));

    assert!(gone("unavailable: the server stops"));
    assert!(gone("too_many_connections: 16 at once"));
    assert!(!gone("name_taken: 李白 belongs to another key"));
    assert!(!gone("some other server: no"));
}
