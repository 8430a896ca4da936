//! The thin shell: everything that touches the terminal, the network and the disk.
//!
//! - [`terminal`]: raw mode, restored on every way out
//! - [`keyboard`]: what comes from the terminal: keys, pastes, the mouse
//! - [`width`]: how wide the terminal draws
//! - [`address`]: where a server is
//! - [`trust`]: which certificates of a server are taken
//! - [`connection`]: the supervisor of the one link to it
//! - [`files`]: files, brought and fetched over HTTP
//! - [`desktop`]: the clipboard and the browser around the terminal
//! - [`escape`]: what a terminal is told beside what it shows
//! - [`editor`]: the draft, in the person's own editor
//! - [`bookmarks`]: where one stopped reading
//! - [`folders`]: where what must survive this program lies
//! - [`greeted`]: which servers have ever greeted us
//! - [`history`]: what one said, for recall
//! - [`graphics`]: by what the terminal is known to show pictures; [`painter`]: makes them
//! - [`hyperlinks`]: whether the terminal opens them
//! - [`ignored`]: who is ignored, kept for the next start
//! - `locked`: a file that several programs change
//! - [`log`]: what the program does, in a file when asked for
//! - [`keys`]: the secret that proves a name
//! - [`outbox`]: the lines that have not come back numbered yet
//! - [`measure`]: how wide the terminal draws
//! - [`probe`]: a look at a server without Socket.IO
//! - [`random`]: what nobody can guess

pub mod address;
pub mod bookmarks;
pub mod connection;
pub mod desktop;
pub mod editor;
pub mod escape;
pub mod files;
pub mod folders;
pub mod graphics;
pub mod greeted;
pub mod history;
pub mod hyperlinks;
pub mod identity;
pub mod ignored;
pub mod keyboard;
pub mod keys;
mod locked;
pub mod log;
pub mod measure;
pub mod outbox;
pub mod painter;
pub mod probe;
pub mod random;
pub mod terminal;
pub mod trust;
pub mod width;
