//! The pages of plain HTTP: `/` for whoever opens the room's address, `/health` for whoever watches
//! over the server.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{health, page};
use crate::store::Store;

/// All pages, of a server that is dialled by this scheme.
pub fn router(store: Store, scheme: &'static str) -> Router {
    let door = Router::new().route("/", get(door)).with_state(scheme);
    door.merge(page::router()).merge(health::router(store))
}

/// A browser gets the page to chat in; whoever else asks is told how to come in.
async fn door(State(scheme): State<&'static str>, headers: HeaderMap) -> Response {
    let asked = |name| headers.get(name).and_then(|said| said.to_str().ok());
    if asked(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html")) {
        return page::index(&headers);
    }
    // Only so that the command can be copied; it comes back as plain text to whoever sent it.
    let host = asked(header::HOST).unwrap_or("127.0.0.1:3000");
    let said = format!(
        "KPL chat\n\n\
         在浏览器里打开 / open in a browser:\n\n    \
         {scheme}://{host}\n\n\
         在终端加入 / join from a terminal:\n\n    \
         kpl-chat --name 李白 --url {scheme}://{host}\n\n\
         用任何 Socket.IO 客户端加入 / join with any Socket.IO client:\n\n    \
         const socket = io('{scheme}://{host}');\n    \
         socket.on('talk', text => console.log(text));\n    \
         socket.emit('talk', 'hello');\n"
    );
    // Nothing in it is a page, whatever the host's name looks like.
    ([(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::VARY, "Accept")], said).into_response()
}
