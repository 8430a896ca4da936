//! What the end-to-end tests stand on: real programs, started, watched and ended.
//!
//! A test is plain sequential code. What must go on meanwhile (sockets, terminals, the output of
//! programs) goes on in threads of the harness, and a test waits on conditions over what they have
//! seen, never for a time. Everything listens on loopback at a port that the kernel chose, lives in
//! a temporary folder of its own, and is gone when the test is.
//!
//! The modules, from the ground up:
//!
//! - [`wait`]: waiting on a condition; how long the long form of a test is
//! - [`process`]: signals, memory and connections of a process that the test started
//! - [`binaries`]: where the programs under test are, built if need be
//! - [`program`]: one running program, its input and what it printed
//! - [`http`]: the few requests that a test makes without Socket.IO
//! - [`files`]: files, as somebody brings them over plain HTTP, and where they lie
//! - [`bare`]: a connection on which a test says byte by byte what it wants
//! - [`tls`]: certificates, and a look at those that a server shows
//! - [`server`]: the real server, killed and started again on its port and store
//! - [`stranger`]: a Socket.IO server that is not ours, plain or hostile
//! - [`disk`]: a disk small enough to be filled
//! - [`wire`]: Engine.IO and Socket.IO packets as text
//! - [`timeline`]: what one client holds of a room, by the real client's log
//! - [`raw`]: a Socket.IO client that does exactly what a test says
//! - [`polling`]: another over polling
//! - [`member`]: a v1 client through the real client's connection code, without a screen
//! - [`page_person`]: the page's own client, under Node, without a browser
//! - [`person`]: somebody's home, and the real `kpl-chat` started in it
//! - [`screen`]: the real `kpl-chat` in a pseudo-terminal, read through a terminal emulator

pub mod bare;
pub mod binaries;
pub mod disk;
pub mod files;
pub mod http;
pub mod member;
pub mod page_person;
pub mod person;
pub mod polling;
pub mod process;
pub mod program;
pub mod raw;
pub mod screen;
pub mod server;
pub mod stranger;
pub mod timeline;
pub mod tls;
pub mod wait;
pub mod wire;
