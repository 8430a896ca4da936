//! Whether the terminal is known to open hyperlinks (OSC 8), as its variables tell.

/// The terminals that do, by `TERM_PROGRAM`.
const PROGRAMS: [&str; 8] =
    ["iTerm.app", "WezTerm", "ghostty", "vscode", "Hyper", "rio", "WarpTerminal", "Tabby"];
/// The terminals that do, by the beginning of `TERM`.
const TERMS: [&str; 7] =
    ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio"];
/// The variables that only terminals set which do.
const SIGNS: [&str; 5] =
    ["WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM", "GHOSTTY_RESOURCES_DIR"];
/// From this version on VTE, in which GNOME's terminals and others are, does.
const VTE: u32 = 5000;
/// From this version on tmux hands them on.
const TMUX: (u32, u32) = (3, 4);

/// Whether hyperlinks are drawn. `FORCE_HYPERLINK` decides where it is set, as for other programs.
/// A terminal that is not known gets none: some print what they do not understand.
pub fn supported(variable: impl Fn(&str) -> Option<String>) -> bool {
    let value = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(forced) = value("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let term = value("TERM").unwrap_or_default();
    let program = value("TERM_PROGRAM").unwrap_or_default();
    if program == "tmux" {
        return version(&value("TERM_PROGRAM_VERSION").unwrap_or_default()) >= TMUX;
    }
    if value("TMUX").is_some() || term.starts_with("screen") || term == "linux" || term == "dumb" {
        return false; // The variables are those of the terminal around it.
    }
    let vte = value("VTE_VERSION").and_then(|version| version.parse().ok());
    vte.is_some_and(|version: u32| version >= VTE)
        || PROGRAMS.contains(&program.as_str())
        || TERMS.iter().any(|known| term.starts_with(known))
        || SIGNS.iter().any(|sign| value(sign).is_some())
}

/// The first two numbers in a version, such as 3 and 5 in `next-3.5a`.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> bool {
        supported(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn terminals_that_are_known_open_links() {
        assert!(with(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7006")]));
        assert!(with(&[("TERM", "xterm-kitty")]));
        assert!(with(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]));
        assert!(with(&[("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "next-3.5a")]));
    }

    #[test]
    fn others_do_not_unless_one_says_so() {
        assert!(!with(&[("TERM", "xterm-256color")]));
        assert!(!with(&[("TERM", "linux"), ("VTE_VERSION", "7006")]));
        assert!(!with(&[("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.3a")]));
        assert!(!with(&[("TERM", "screen"), ("TMUX", "/tmp/x"), ("KITTY_WINDOW_ID", "1")]));
        assert!(with(&[("TERM", "xterm"), ("FORCE_HYPERLINK", "1")]));
        assert!(!with(&[("TERM", "xterm-kitty"), ("FORCE_HYPERLINK", "0")]));
    }
}
