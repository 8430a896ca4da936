//! `kpl-chat send`: says one line, or each line of the standard input, and ends when all of it has
//! come back numbered.

use kpl_shared::{
    protocol::Refused,
    refusal::{Code, Refusal},
};
use tokio::sync::mpsc;

use crate::{
    exit::{self, Exit},
    input::{self, Line, READ_AHEAD},
    io::connection::Connection,
    model::{
        event::Link,
        text::clean,
        words::{fault::Fault, trouble::Trouble},
    },
    patience::Patience,
    post::Post,
    settings::Settings,
    start::{self, Signals},
};

/// How many lines wait in the outbox before no more are read.
const MAX_WAITING: usize = 100_000;

/// Says `text`, or each line of the standard input, and what an earlier run left.
pub async fn run(settings: &Settings, text: Option<String>) -> anyhow::Result<Exit> {
    let name = settings.name()?.clone();
    let mut signals = Signals::listen()?;
    let outbox = start::outbox(settings, &name)?;
    for finding in start::findings(&outbox, settings.language) {
        exit::say(&clean::sentence(&finding));
    }
    let mut post = Post::new(outbox, settings.language)?;
    let mut input = match text {
        Some(text) => {
            post.keep([text])?;
            None
        }
        None => Some(input::read_lines()),
    };
    let (connection, mut links) = start::connect(settings, Some(name))?;
    let mut patience = Patience::start(settings.language);
    let mut batch = Vec::new();
    let exit = loop {
        if input.is_none() && post.is_empty() {
            break if post.refused() == 0 { Exit::Done } else { Exit::Refused };
        }
        tokio::select! {
            exit = signals.next() => break exit,
            count = read(&mut input, &mut batch), if post.len() < MAX_WAITING => {
                if count == 0 {
                    input = None;
                }
                take_in(&mut post, &mut batch)?;
                post.depart(&connection).await?;
            }
            link = links.recv() => {
                let Some(link) = link else { return Err(Fault::LinkGaveUp.into()) };
                if let Some(refusal) = hear(&mut post, &mut patience, &connection, link).await? {
                    exit::turned_away(settings.language, &refusal);
                    break Exit::Refused;
                }
            }
            unanswered = post.is_due() => {
                if unanswered {
                    patience.hindered(Trouble::Silent);
                }
                post.depart(&connection).await?;
            }
            () = patience.ends() => {
                patience.complain(post.len());
                break Exit::Unreachable;
            }
        }
    };
    connection.close().await;
    finish(post, exit)
}

async fn hear(
    post: &mut Post,
    patience: &mut Patience,
    connection: &Connection,
    link: Link,
) -> anyhow::Result<Option<Refusal>> {
    let waiting = post.len();
    post.hear(&link)?;
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

fn finish(post: Post, exit: Exit) -> anyhow::Result<Exit> {
    let words = post.language();
    let kept = post.close()?;
    if kept > 0 && matches!(exit, Exit::Signal(_) | Exit::Refused) {
        exit::say(&words.kept_lines(kept));
    }
    Ok(exit)
}

async fn read(input: &mut Option<mpsc::Receiver<Line>>, batch: &mut Vec<Line>) -> usize {
    match input {
        Some(input) => input.recv_many(batch, READ_AHEAD).await,
        None => std::future::pending().await,
    }
}
