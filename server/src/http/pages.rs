//! The pages of plain HTTP: `/` for whoever opens the room's address in a browser, `/health` for
//! whoever watches over the server.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::get,
};

use super::health;
use crate::store::Store;

/// All pages, of a server that is dialled by this scheme.
pub fn router(store: Store, scheme: &'static str) -> Router {
    Router::new().route("/", get(door)).with_state(scheme).merge(health::router(store))
}

/// There is no page to chat in yet, so it says how to come in.
async fn door(State(scheme): State<&'static str>, headers: HeaderMap) -> impl IntoResponse {
    // Only so that the command can be copied; it comes back as plain text to whoever sent it.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("127.0.0.1:3000");
    let said = format!(
        "KPL chat\n\n\
         在终端加入 / join from a terminal:\n\n    \
         kpl-chat --name 李白 --url {scheme}://{host}\n\n\
         用任何 Socket.IO 客户端加入 / join with any Socket.IO client:\n\n    \
         const socket = io('{scheme}://{host}');\n    \
         socket.on('talk', text => console.log(text));\n    \
         socket.emit('talk', 'hello');\n"
    );
    // Nothing in it is a page, whatever the host's name looks like.
    ([(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], said)
}
