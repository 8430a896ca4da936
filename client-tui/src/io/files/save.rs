//! A file is saved: under its own name in a folder, never over another one, and only when all of it
//! has come.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use hyper::body::Bytes;
use kpl_shared::file::File;
use tempfile::NamedTempFile;
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{FileServer, inflow::Inflow, name::saved_as, place};
use crate::model::words::files::FileTrouble;

/// How many files of one name there may be before no more are saved.
const MAX_NAMESAKES: u32 = 1_000;
/// How many pieces wait for the disk.
const AHEAD: usize = 4;
/// What a file that is not whole yet is called.
const UNFINISHED: &str = ".kpl-chat-";
/// After how long without a byte it is one of a program that was killed.
const LEFT: Duration = Duration::from_hours(1);
/// Who may read what is saved; the person's mask takes from it.
const MODE: u32 = 0o666;

/// Saves a file in a folder, as a person writes it, and returns where it is. `tell` hears how many
/// bytes have come, of how many.
pub async fn save(
    server: &FileServer,
    file: &File,
    folder: &str,
    mut tell: impl FnMut(u64, u64),
) -> Result<PathBuf, FileTrouble> {
    let folder = in_time(folder.to_owned(), |folder| place::folder(&folder)).await?;
    let unfinished = in_time(folder.clone(), |folder| begin(&folder)).await?;
    tell(0, file.size);
    let mut inflow = Inflow::begin(server, file).await?;
    let (pieces, written) = mpsc::channel(AHEAD);
    let at = folder.clone();
    let writer =
        spawn_blocking(move || write(unfinished, written).map_err(|why| failed(&at, &why)));
    let mut came = 0;
    while let Some(piece) = inflow.next().await? {
        came += piece.len() as u64;
        if pieces.send(piece).await.is_err() {
            break; // The disk takes no more, and says why.
        }
        tell(came, file.size);
    }
    drop(pieces);
    let finished = writer.await.unwrap_or(Err(FileTrouble::Broke))?;
    let name = file.name.clone();
    in_time((finished, folder), move |(finished, folder)| keep(finished, &folder, &name)).await
}

/// Does what waits for the disk beside the screen.
async fn in_time<T: Send + 'static, R: Send + 'static>(
    what: T,
    does: impl FnOnce(T) -> Result<R, FileTrouble> + Send + 'static,
) -> Result<R, FileTrouble> {
    spawn_blocking(move || does(what)).await.unwrap_or(Err(FileTrouble::Broke))
}

/// A file that goes by itself unless it is kept.
fn begin(folder: &Path) -> Result<NamedTempFile, FileTrouble> {
    clear(folder);
    tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(Permissions::from_mode(MODE))
        .tempfile_in(folder)
        .map_err(|why| failed(folder, &why))
}

/// Throws away what programs have left that were killed: nothing has been written to it for long.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        let written = entry.metadata().ok().filter(|_| is_ours).and_then(|it| it.modified().ok());
        if written.and_then(|at| at.elapsed().ok()).is_some_and(|since| since > LEFT) {
            // What cannot be removed is in nobody's way.
            let _stays = fs::remove_file(entry.path());
        }
    }
}

fn write(
    mut unfinished: NamedTempFile,
    mut pieces: mpsc::Receiver<Bytes>,
) -> io::Result<NamedTempFile> {
    while let Some(piece) = pieces.blocking_recv() {
        unfinished.as_file_mut().write_all(&piece)?;
    }
    unfinished.as_file().sync_data()?;
    Ok(unfinished)
}

/// Gives it its name, or the first with a number that nothing has.
fn keep(mut finished: NamedTempFile, folder: &Path, name: &str) -> Result<PathBuf, FileTrouble> {
    for tries in 0..MAX_NAMESAKES {
        let path = folder.join(saved_as(name, tries));
        match finished.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                finished = error.file;
            }
            Err(error) => return Err(failed(folder, &error.error)),
        }
    }
    Err(failed(folder, &io::ErrorKind::AlreadyExists.into()))
}

fn failed(folder: &Path, why: &io::Error) -> FileTrouble {
    let path = folder.display().to_string();
    if fs::metadata(folder).is_ok_and(|folder| folder.is_dir()) {
        FileTrouble::NotWritten { path, why: why.to_string() }
    } else {
        FileTrouble::NoFolder { path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(folder: &Path, content: &[u8], name: &str) -> PathBuf {
        let mut file = begin(folder).unwrap();
        file.write_all(content).unwrap();
        keep(file, folder, name).unwrap()
    }

    #[test]
    fn what_a_killed_program_left_is_thrown_away_and_what_another_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let [left, young, strange] = [".kpl-chat-left", ".kpl-chat-young", "left"].map(|name| {
            let path = folder.path().join(name);
            fs::write(&path, b"half").unwrap();
            path
        });
        for path in [&left, &strange] {
            let long_ago = std::time::SystemTime::now() - 2 * LEFT;
            fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
        }

        clear(folder.path());

        assert_eq!([left, young, strange].map(|path| path.exists()), [false, true, true]);
    }

    #[test]
    fn what_is_there_is_never_overwritten_not_even_a_link_to_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.png"), "first").unwrap();
        std::os::unix::fs::symlink("/nowhere", at("a (1).png")).unwrap();

        assert_eq!(kept(folder.path(), b"second", "../a.png"), at("a (2).png"));
        assert_eq!(kept(folder.path(), b"third", "a.png"), at("a (3).png"));

        assert_eq!(fs::read(at("a.png")).unwrap(), b"first");
        assert_eq!(fs::read(at("a (2).png")).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing else is left");
        let mode = fs::metadata(at("a (3).png")).unwrap().permissions().mode();
        assert_eq!(mode & 0o600, 0o600);
        assert_eq!(mode & 0o111, 0, "nobody can run it");
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = begin(folder.path()).unwrap();
        file.write_all(b"half").unwrap();

        drop(file);

        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let absent = begin(&folder.path().join("absent")).map(|_| ());
        assert!(matches!(absent, Err(FileTrouble::NoFolder { .. })), "{absent:?}");
    }
}
