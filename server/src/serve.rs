//! The wiring: settings in, a running server out.

use std::{future::Future, path::Path, pin::pin, sync::Arc, time::Duration};

use anyhow::Context as _;
use kpl_shared::protocol::{Limits, MAX_PAGE, Notice};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socketioxide::{SocketIo, SocketIoBuilder, TransportType};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Mutex, Semaphore, mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tower::Layer as _;

use crate::{
    control::Control,
    files::{self, sweep::sweep},
    house::House,
    http::{
        accept::{Patience, Stopping, Terms, accept},
        certificate::Source,
        gate::Gate,
        pages,
        tls::Tls,
    },
    policy::rate::Buckets,
    room::{
        Rooms,
        sequencer::{Item, QUEUE, QUEUE_BYTES, Sequencer},
    },
    settings::{Settings, StoreSetting},
    socket::{self, Context},
    steward::Steward,
    store::Store,
    words,
};

/// How many packets may wait at a socket. Healthy clients miss some below about a thousand when
/// the process stalls for a moment.
const SOCKET_BUFFER: usize = 1024;
/// The WebSocket's read buffer, of which each idle connection has one.
const READ_BUFFER: usize = 512;
/// How long a client may take between opening the transport and asking to be let in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many descriptors are for something else than connections: the store's files above all.
const OTHER_DESCRIPTORS: usize = 64;
/// How long what is queued may take to be kept and told when the server stops.
const DRAIN: Duration = Duration::from_millis(1500);
/// How long the store may take to bring everything into its one file.
const FOLD: Duration = Duration::from_secs(1);
/// How long clients that poll have to fetch the last words.
const LAST_POLLS: Duration = Duration::from_millis(700);
/// How long clients may take to hear the last words.
const CLOSE: Duration = Duration::from_secs(1);

/// Runs the server until it is told to stop.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    // On one core the runtime for several costs a third more for nothing.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut runtime = match cores {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = runtime.enable_all().build().context("cannot start the runtime")?;
    let result = runtime.block_on(async {
        let store = settings.store()?;
        let open = Store::open(&store)?;
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("cannot listen on {}", settings.listen))
            .map_err(|error| hint(error, settings.listen))?;
        let tls = match settings.tls.certificate()? {
            Some(setting) => {
                let source = Source::new(&setting, &store, settings.listen.ip());
                Some(Arc::new(Tls::load(source)?))
            }
            None => None,
        };
        // Caught from here on, so that nobody who reads the welcome can be too quick.
        let shutdown = told_to_stop()?;
        let reloading = tls.clone().map(reload_on_hangup).transpose()?;
        let address = listener.local_addr()?;
        let certificate = tls.as_ref().map(|tls| tls.certificate());
        let welcomed =
            words::welcome(address, &store, certificate.as_ref(), settings.entering.invites);
        if let Err(error) = welcomed {
            tracing::warn!(%error, "the welcome could not be written");
        }
        words::warn_if_readable(address, tls.is_some());
        let control = match &store {
            StoreSetting::Sqlite(path) => control(path, words::url(address, certificate.as_ref())),
            StoreSetting::Memory => None,
        };
        let served = serve(listener, settings, (tls, control), open, shutdown).await;
        if let Some(reloading) = reloading {
            reloading.abort();
        }
        served
    });
    // A client that is stuck holds no one up.
    runtime.shutdown_background();
    result
}

/// Serves, over TLS if it is given, until `shutdown` comes: then nobody new is let in, what is
/// queued is kept and told, those connected are told and closed.
pub async fn serve(
    listener: TcpListener,
    settings: &Settings,
    (tls, control): (Option<Arc<Tls>>, Option<Control>),
    store: Store,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let limits = Limits {
        text_bytes: settings.max_text,
        page: MAX_PAGE,
        file_bytes: settings.files.max_file,
    };
    let rooms = Arc::new(Rooms::new(store.clone()));
    let scheme = if tls.is_some() { "https" } else { "http" };
    let (sockets, io) = sockets(settings).build_layer();
    let (queue, items) = mpsc::channel(QUEUE);
    let household = store.household().await.context("cannot read who keeps order")?;
    let proxies = settings.network.trusted_proxy.clone();
    let house = Arc::new(House::new(household, proxies));
    let steward = Arc::new(Steward {
        io: io.clone(),
        store: store.clone(),
        rooms: rooms.clone(),
        house: house.clone(),
        queue: queue.clone(),
        text_bytes: settings.max_text,
        turn: Mutex::default(),
    });
    let sequencer = Sequencer {
        io: io.clone(),
        store: store.clone(),
        rooms: rooms.clone(),
        house: house.clone(),
        limits: limits.clone(),
    };
    let sequencing = tokio::spawn(sequencer.run(items));
    let context = Context {
        io: io.clone(),
        entering: settings.entering.clone(),
        guesses: Buckets::new(socket::GUESSES).into(),
        queue: queue.clone(),
        waiting_bytes: Arc::new(Semaphore::new(QUEUE_BYTES)),
        store: store.clone(),
        history: Semaphore::new(socket::PAGES_AT_ONCE),
        rooms: rooms.clone(),
        house,
        steward: steward.clone(),
        limits,
        file_quota: settings.files.file_quota,
        lines: Buckets::new(settings.rate).into(),
        answers: Buckets::new(settings.sync_rate).into(),
        searches: Buckets::new(settings.search_rate).into(),
        uploads: Buckets::new(socket::UPLOADS).into(),
        notices: Buckets::new(socket::NOTICES).into(),
        heard_notices: Buckets::new(socket::HEARD_NOTICES).into(),
        start: Instant::now(),
    };
    let context = Arc::new(context);
    socket::open(context.clone());
    let pages = pages::router(store.clone(), scheme).merge(files::router(context));
    let service = sockets.layer(pages);
    let hold = Duration::from_secs(settings.files.file_hold);
    let sweeping = tokio::spawn(sweep(store.clone(), hold));
    let ordering = control.map(|control| tokio::spawn(async move { control.serve(steward).await }));

    let patience = Patience {
        headers: Duration::from_secs(settings.header_timeout),
        stall: Duration::from_secs(settings.stall_timeout),
    };
    let stopping = Stopping::default();
    let gate = Arc::new(Gate::new(&settings.network, descriptors(), tls.is_some()));
    {
        let terms = Terms { patience, stopping: stopping.clone(), gate };
        let mut accepting = pin!(accept(&listener, tls, terms, service));
        tokio::select! {
            () = &mut accepting => {}
            () = shutdown => {}
            ended = sequencing => ended.context("the sequencer has died")?,
        }
        stopping.begin();
        tokio::select! {
            () = accepting => {}
            () = tell_the_last(&io, &queue, &rooms) => {}
        }
    }
    drop(listener);
    sweeping.abort();
    if let Some(ordering) = ordering {
        ordering.abort();
    }
    close(&io, &store).await;
    Ok(())
}

/// The socket for orders from this machine. The room works without.
fn control(store: &Path, url: String) -> Option<Control> {
    match Control::beside(store, url) {
        Ok(control) => Some(control),
        Err(error) => {
            tracing::warn!(%error, "no control socket: kpl-server op, ban and the like do not work");
            None
        }
    }
}

fn sockets(settings: &Settings) -> SocketIoBuilder {
    SocketIo::builder()
        .max_buffer_size(SOCKET_BUFFER)
        .max_payload(u64::try_from(settings.max_message).unwrap_or(u64::MAX))
        .ws_max_message_size(settings.max_message)
        .ws_max_frame_size(settings.max_frame)
        .ws_read_buffer_size(READ_BUFFER)
        .connect_timeout(CONNECT_TIMEOUT)
}

/// What is queued is kept and told, and then the goodbye.
async fn tell_the_last(io: &SocketIo, queue: &mpsc::Sender<Item>, rooms: &Rooms) {
    tracing::info!("stops");
    let (stopped, told) = oneshot::channel();
    let drained = timeout(DRAIN, async {
        if queue.send(Item::Stop(stopped)).await.is_ok() {
            let _sequencer_gone = told.await;
        }
    });
    if drained.await.is_err() {
        tracing::warn!("not all that was queued could be kept; nobody was told that it was");
    }
    say_goodbye(io, rooms).await;
    if io.sockets().iter().any(|socket| socket.transport_type() == TransportType::Polling) {
        // What a poll has not fetched yet goes with the connection.
        tokio::time::sleep(LAST_POLLS).await;
    }
}

async fn close(io: &SocketIo, store: &Store) {
    // A client that takes nothing would hold this up for ever.
    if timeout(CLOSE, io.close()).await.is_err() {
        tracing::info!("some clients did not hear the end");
    }
    if !matches!(timeout(FOLD, store.fold()).await, Ok(Ok(()))) {
        tracing::info!("the store's log stays beside its file until the next start");
    }
    store.close();
}

async fn say_goodbye(io: &SocketIo, rooms: &Rooms) {
    let text = "the server stops; whoever reconnects loses nothing".into();
    let notice = Notice { code: "restart".into(), text, ..Notice::default() };
    for room in rooms.open_now() {
        room.audience.notify(io, &notice).await;
    }
}

/// For how many connections the machine has descriptors, once the process may have as many as it
/// is allowed to ask for.
fn descriptors() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit { current: limit.maximum, ..limit };
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit = raised,
            Err(error) => tracing::debug!(%error, "the limit of open files stays as it is"),
        }
    }
    let most = limit.current.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    most.saturating_sub(OTHER_DESCRIPTORS).max(1)
}

fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn reload_on_hangup(tls: Arc<Tls>) -> anyhow::Result<JoinHandle<()>> {
    let hangup = signal(SignalKind::hangup()).context("cannot catch SIGHUP")?;
    Ok(tokio::spawn(async move { tls.reload_on(hangup).await }))
}

fn hint(error: anyhow::Error, listen: std::net::SocketAddr) -> anyhow::Error {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    match kind {
        Some(std::io::ErrorKind::AddrInUse) => anyhow::anyhow!(
            "{listen} is taken by another program; stop that one or say --listen {}:0 for a free port",
            listen.ip()
        ),
        _ => error,
    }
}
