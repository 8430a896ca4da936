//! The editor: the draft, in the program that its author writes everything else in.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    io::{self, Write},
    path::Path,
    process::Command,
    thread,
};

use tempfile::Builder;
use tokio::sync::oneshot;

use crate::model::event::EditorTrouble;

/// What is started where nobody says which editor it shall be.
const DEFAULT: &str = "vi";

/// An editor at work, and what it leaves when it ends.
pub type Edited = oneshot::Receiver<Result<String, EditorTrouble>>;

/// Opens the person's editor on a draft. It has the terminal until it ends.
pub fn edit(draft: String) -> Edited {
    let (done, edited) = oneshot::channel();
    // Whoever does not wait any more has left the chat.
    thread::spawn(move || drop(done.send(edit_here(&draft, &chosen()))));
    edited
}

/// The editor that the person chose.
fn chosen() -> OsString {
    let named = |variable| env::var_os(variable).filter(|name| !name.is_empty());
    named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| DEFAULT.into())
}

fn edit_here(draft: &str, editor: &OsStr) -> Result<String, EditorTrouble> {
    let failed = |error: io::Error| EditorTrouble::Failed(error.to_string());
    // Readable by its owner only, and gone when this returns.
    let mut file = Builder::new().prefix("kpl-chat-").suffix(".txt").tempfile().map_err(failed)?;
    file.write_all(draft.as_bytes()).map_err(failed)?;
    run(editor, file.path())?;
    // By its name: many editors put another file in its place.
    let text = fs::read_to_string(file.path()).map_err(failed)?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}

/// Runs the editor as a shell reads its name, which may have arguments.
fn run(editor: &OsStr, file: &Path) -> Result<(), EditorTrouble> {
    let mut script = editor.to_owned();
    script.push(" \"$1\"");
    let name = editor.to_string_lossy();
    let status = Command::new("sh").arg("-c").arg(script).arg("sh").arg(file).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        // So a shell says that there is no such program, or that it cannot be run.
        Ok(status) if matches!(status.code(), Some(126 | 127)) => {
            Err(EditorTrouble::Missing(name.into()))
        }
        Ok(status) => Err(EditorTrouble::Failed(format!("{name}: {status}"))),
        Err(error) => Err(EditorTrouble::Failed(format!("sh: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn edited(draft: &str, editor: &str) -> Result<String, EditorTrouble> {
        edit_here(draft, OsStr::new(editor))
    }

    #[test]
    fn what_the_editor_leaves_is_the_draft() {
        assert_eq!(edited("a", "sed -i s/a/一/"), Ok("一".into()));
        assert_eq!(edited("a\n\nb\n", "true"), Ok("a\n\nb".into()));
        assert_eq!(edited("", "printf 'x\\n' >"), Ok("x".into()));
    }

    #[test]
    fn nobody_else_reads_it_meanwhile() {
        let folder = tempfile::tempdir().unwrap();

        edited("secret", &format!("cp -p -t {} --", folder.path().display())).unwrap();

        let copy = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_editor_that_is_missing_or_fails_says_so() {
        let missing = "no-such-editor-here --wait";
        assert_eq!(edited("a", missing), Err(EditorTrouble::Missing(missing.into())));
        assert!(matches!(edited("a", "false"), Err(EditorTrouble::Failed(_))));
        assert!(matches!(edited("a", "rm"), Err(EditorTrouble::Failed(_))));
    }
}
