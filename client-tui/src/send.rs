//! `kpl-chat send`: says one line, or each line of the standard input, and ends when all of it has
//! come back numbered.

use kpl_shared::{
    protocol::Refused,
    refusal::{Code, Refusal},
};
use tokio::sync::mpsc;

use crate::{
    code,
    exit::{self, Exit},
    freight::{Freight, Passed},
    input::{self, Line, READ_AHEAD, Wanted},
    io::connection::Connection,
    model::{
        event::Link,
        text::clean,
        words::{fault::Fault, files::FileTrouble, trouble::Trouble},
    },
    patience::Patience,
    post::Post,
    settings::Settings,
    start::{self, Signals},
    unlock::{Asked, Unlocking},
};

/// How many lines wait in the outbox before no more are read.
const MAX_WAITING: usize = 100_000;

/// Says `text` and files; or, where there is neither, each line of the standard input, or blocks of
/// its lines as code; and what an earlier run left.
pub async fn run(
    settings: &Settings,
    text: Option<String>,
    as_code: bool,
    files: Vec<String>,
) -> anyhow::Result<Exit> {
    let name = settings.name()?.clone();
    let signals = Signals::listen()?;
    let outbox = start::outbox(settings, &name)?;
    for finding in start::findings(&outbox, settings.language) {
        exit::say(&clean::sentence(&finding));
    }
    let mut post = Post::new(outbox, settings.language)?;
    let input = match text {
        Some(text) => {
            post.keep([if as_code { code::fenced(&text) } else { text }])?;
            None
        }
        None if !files.is_empty() => None,
        None if as_code => Some(code::blocks(input::read_lines(Wanted::All))),
        None => Some(input::read_lines(Wanted::Speaking)),
    };
    start::warn_if_readable(settings);
    let freight = Freight::new(start::file_server(settings, Some(name.clone()))?, files);
    let (connection, links) = start::connect(settings, Some(name))?;
    let patience = Patience::start(settings.language);
    let mut delivery = Delivery { post, freight, patience, connection, links, input };
    let ended = delivery.run(signals).await;
    delivery.finish(ended).await
}

/// The lines and the files, and the way on which they leave.
struct Delivery {
    post: Post,
    freight: Freight,
    patience: Patience,
    connection: Connection,
    links: mpsc::Receiver<Link>,
    /// Where further lines come from; none when there are no more.
    input: Option<mpsc::Receiver<Line>>,
}

/// How a delivery ended.
enum Ended {
    /// There is nothing more to deliver.
    Through,
    /// A signal ended it.
    Stopped(Exit),
    /// The server does not let us in, and only a person can change that.
    TurnedAway(Refusal),
    /// The server may be another one, and nothing was sent to it.
    Distrusted(Trouble),
    /// It took too long.
    GaveUp,
}

impl Delivery {
    async fn run(&mut self, mut signals: Signals) -> anyhow::Result<Ended> {
        let (mut batch, mut unlocking) = (Vec::new(), Unlocking::default());
        loop {
            if self.input.is_none() && self.post.is_empty() && self.freight.is_empty() {
                return Ok(Ended::Through);
            }
            tokio::select! {
                exit = signals.next() => return Ok(Ended::Stopped(exit)),
                count = read(&mut self.input, &mut batch), if self.post.len() < MAX_WAITING => {
                    if count == 0 {
                        self.input = None;
                    }
                    take_in(&mut self.post, &mut batch)?;
                    self.post.depart(&self.connection).await?;
                }
                link = self.links.recv() => {
                    let Some(link) = link else { return Err(Fault::LinkGaveUp.into()) };
                    if let Link::Distrusted(why) = link {
                        return Ok(Ended::Distrusted(why));
                    }
                    if let Some(refusal) = self.hear(link).await? {
                        let words = self.post.language();
                        match unlocking.ask(&self.connection, &refusal, &mut signals, words).await {
                            Asked::Tried(password) => {
                                self.freight.unlock(password);
                                self.patience = Patience::start(words);
                            }
                            Asked::Ended(exit) => return Ok(Ended::Stopped(exit)),
                            Asked::Nobody => return Ok(Ended::TurnedAway(refusal)),
                        }
                    }
                }
                passed = self.freight.next(), if !self.freight.is_empty() => self.take(passed).await?,
                unanswered = self.post.is_due() => {
                    if unanswered {
                        self.patience.hindered(Trouble::Silent);
                    }
                    self.post.depart(&self.connection).await?;
                }
                () = self.patience.ends() => return Ok(Ended::GaveUp),
            }
        }
    }

    /// Takes in what happened to a file. What the server has can be said.
    async fn take(&mut self, passed: Passed) -> anyhow::Result<()> {
        let words = self.post.language();
        match passed {
            Passed::Moved => self.patience.worked(),
            Passed::Brought(file) => {
                self.patience.worked();
                self.post.keep_file(file)?;
                self.post.depart(&self.connection).await?;
            }
            Passed::Hindered(why) => self.patience.hindered(match why {
                FileTrouble::Link(why) => why,
                FileTrouble::Refused(refusal) => Trouble::Refused(refusal),
                _ => Trouble::Broke,
            }),
            Passed::Failed(name, why) => {
                self.post.give_up(&name, &clean::sentence(&why.sentence(words)));
            }
        }
        Ok(())
    }

    async fn hear(&mut self, link: Link) -> anyhow::Result<Option<Refusal>> {
        let Self { post, freight, patience, connection, .. } = self;
        let waiting = post.len();
        post.hear(&link)?;
        freight.hear(&link);
        if post.len() < waiting || post.is_empty() {
            patience.worked();
        }
        match link {
            Link::Greeted(_) | Link::FoundPlain => patience.linked(),
            Link::Refused(Refused { code: code @ Code::Unavailable, message, .. }) => {
                patience.hindered(Trouble::Refused(Refusal::new(code, message)));
            }
            Link::Lost { why, .. } => patience.lost(why),
            Link::TurnedAway(refusal) => return Ok(Some(refusal)),
            _ => {}
        }
        post.depart(connection).await?;
        Ok(None)
    }

    /// Leaves, and says what became of the lines. What the link has still brought counts: a line
    /// that has arrived must neither be called kept nor be sent once more.
    async fn finish(self, mut ended: anyhow::Result<Ended>) -> anyhow::Result<Exit> {
        let Self { mut post, freight, patience, connection, links, input } = self;
        let left = freight.left();
        drop(freight);
        for link in connection.close(links).await {
            if let Err(error) = post.hear(&link) {
                ended = ended.and(Err(error));
            }
        }
        let words = post.language();
        let is_through = input.is_none() && post.is_empty() && left.is_empty();
        if !left.is_empty() {
            exit::say(&words.unfinished(&words.enumeration(&left)));
        }
        let exit = match ended {
            Ok(Ended::Stopped(exit)) => Ok(exit),
            Ok(_) if is_through && post.refused() == 0 => Ok(Exit::Done),
            Ok(Ended::Through) => Ok(Exit::Refused),
            Ok(Ended::GaveUp) => {
                patience.complain(post.len());
                // It has said what is kept.
                post.close();
                return Ok(Exit::Unreachable);
            }
            Ok(Ended::Distrusted(why)) => {
                exit::distrusted(words, &why, post.len());
                // It has said what is kept.
                post.close();
                return Ok(Exit::Unreachable);
            }
            Ok(Ended::TurnedAway(refusal)) => {
                exit::turned_away(words, &refusal);
                // Whoever runs it again, under another name perhaps, says it again.
                match post.give_up_own()? {
                    0 => {}
                    count => exit::say(&words.given_up(count)),
                }
                Ok(Exit::Refused)
            }
            Err(error) => Err(error),
        };
        let kept = post.close().kept;
        if kept > 0 {
            exit::say(&words.kept_lines(kept));
        }
        exit
    }
}

fn take_in(post: &mut Post, batch: &mut Vec<Line>) -> anyhow::Result<()> {
    let mut texts = Vec::with_capacity(batch.len());
    for line in batch.drain(..) {
        match line {
            Ok(text) => texts.push(text),
            Err((shown, why)) => post.give_up(&shown, &why.sentence(post.language())),
        }
    }
    if texts.is_empty() { Ok(()) } else { post.keep(texts) }
}

async fn read(input: &mut Option<mpsc::Receiver<Line>>, batch: &mut Vec<Line>) -> usize {
    match input {
        Some(input) => input.recv_many(batch, READ_AHEAD).await,
        None => std::future::pending().await,
    }
}
