//! Where files of a person are: a path as it is written, the folder of downloads, and what there is
//! for a path to go on with.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::model::{
    hand::complete::folder::{Entry, Glimpse, Seen, begins},
    words::files::FileTrouble,
};

/// How much of a folder is looked at.
const MAX_LOOKED_AT: usize = 20_000;
/// How much of it is offered.
const MAX_OFFERED: usize = 200;
/// The entry of the file of a person's folders, as xdg-user-dirs writes it.
const DOWNLOADS: &str = "XDG_DOWNLOAD_DIR";

/// A path as a person writes it: `~` is home.
pub(super) fn path(written: &str) -> PathBuf {
    let behind = match written.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix('/'),
        None => None,
    };
    match behind.zip(etcetera::home_dir().ok()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(written),
    }
}

/// The folder to save in: the one that was written, or else that of downloads, which is made if
/// need be.
pub(super) fn folder(written: &str) -> Result<PathBuf, FileTrouble> {
    if written.is_empty() {
        let downloads = downloads();
        return fs::create_dir_all(&downloads).map(|()| downloads.clone()).map_err(|error| {
            let (path, why) = (downloads.display().to_string(), error.to_string());
            FileTrouble::NotWritten { path, why }
        });
    }
    let folder = path(written);
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(FileTrouble::NoFolder { path: folder.display().to_string() })
}

fn downloads() -> PathBuf {
    let home = etcetera::home_dir().unwrap_or_default();
    let set = env::var(DOWNLOADS).ok().filter(|folder| !folder.is_empty());
    let config = env::var_os("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let listed = || fs::read_to_string(config.join("user-dirs.dirs")).ok();
    let named = set.map(PathBuf::from).or_else(|| listed_in(&listed()?, &home));
    named.filter(|folder| folder.is_absolute()).unwrap_or_else(|| home.join("Downloads"))
}

/// The folder of downloads that stands in a file of a person's folders. Home alone is how one says
/// there that one wants none.
fn listed_in(text: &str, home: &Path) -> Option<PathBuf> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(DOWNLOADS));
    let value = line?.trim_start().strip_prefix('=')?.trim().trim_matches('"');
    let folder = match value.strip_prefix("$HOME") {
        Some(rest) => home.join(rest.trim_start_matches('/')),
        None => PathBuf::from(value),
    };
    (folder != home && folder.is_absolute()).then_some(folder)
}

/// Looks what there is for a path to go on with: folders first, each in the order of its name, and
/// nothing hidden unless one types the dot.
pub(super) fn look(of: Glimpse) -> Seen {
    let folder = if of.folder.is_empty() { PathBuf::from(".") } else { path(&of.folder) };
    // What cannot be looked into has nothing to offer.
    let entries = fs::read_dir(folder).into_iter().flatten().take(MAX_LOOKED_AT).flatten();
    let hidden = of.beginning.starts_with('.');
    let mut entries: Vec<Entry> = entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry)))
        .filter(|(name, _)| name.starts_with('.') == hidden && begins(name, &of.beginning))
        .map(|(name, entry)| {
            // A link to a folder is one.
            let is_folder = fs::metadata(entry.path()).is_ok_and(|entry| entry.is_dir());
            Entry { name, is_folder }
        })
        .collect();
    let exact = |entry: &Entry| entry.name.starts_with(&of.beginning);
    entries
        .sort_by_cached_key(|entry| (!exact(entry), !entry.is_folder, entry.name.to_lowercase()));
    let all = entries.len() <= MAX_OFFERED;
    entries.truncate(MAX_OFFERED);
    Seen { of, entries, all }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(folder: &Path, beginning: &str) -> Vec<String> {
        let folder = format!("{}/", folder.display());
        let seen = look(Glimpse { folder, beginning: beginning.into() });
        let shown = |entry: Entry| entry.name + if entry.is_folder { "/" } else { "" };
        seen.entries.into_iter().map(shown).collect()
    }

    #[test]
    fn a_folder_is_seen_with_its_folders_first_and_nothing_hidden_unless_asked() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.png", "A.png", ".hidden", "截图.png"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("battle")).unwrap();

        assert_eq!(seen(folder.path(), ""), ["battle/", "A.png", "b.png", "截图.png"]);
        assert_eq!(seen(folder.path(), "B"), ["battle/", "b.png"]);
        assert_eq!(seen(folder.path(), "截"), ["截图.png"]);
        assert_eq!(seen(folder.path(), ".h"), [".hidden"]);
        assert_eq!(seen(&folder.path().join("absent"), ""), [""; 0]);
    }

    #[test]
    fn the_folder_of_downloads_is_the_one_that_the_desktop_names() {
        let home = Path::new("/home/a");
        let listed = |text: &str| listed_in(text, home);

        let text = "# a\nXDG_DESKTOP_DIR=\"$HOME/桌面\"\nXDG_DOWNLOAD_DIR=\"$HOME/下载\"\n";
        assert_eq!(listed(text), Some("/home/a/下载".into()));
        assert_eq!(listed("XDG_DOWNLOAD_DIR=\"/data/in\""), Some("/data/in".into()));
        assert_eq!(listed("XDG_DOWNLOAD_DIR=\"$HOME/\""), None);
        assert_eq!(listed("XDG_DOWNLOAD_DIR=\"in\""), None);
    }

    #[test]
    fn only_a_tilde_by_itself_is_home() {
        let home = etcetera::home_dir().unwrap();
        assert_eq!((path("~"), path("~/a b")), (home.clone(), home.join("a b")));
        assert_eq!((path("~a/b"), path("a~")), ("~a/b".into(), "a~".into()));
    }
}
