//! By what the terminal is known to show pictures, as its variables tell.

use crate::model::room::pictures::Means;

/// What shows pictures by the protocol of kitty, by `TERM_PROGRAM` and by the beginning of `TERM`.
const KITTY: [&str; 1] = ["ghostty"];
const KITTY_TERMS: [&str; 2] = ["xterm-kitty", "xterm-ghostty"];
/// What shows those of iTerm2, by `TERM_PROGRAM` or `LC_TERMINAL`, which ssh hands on.
const ITERM2: [&str; 5] = ["iTerm.app", "iTerm2", "WezTerm", "mintty", "rio"];
/// What shows sixel, by the beginning of `TERM`.
const SIXEL_TERMS: [&str; 4] = ["foot", "mlterm", "contour", "yaft"];

/// The best that the terminal is known to do. One that is not known gets half blocks: some print
/// what they do not understand. So does whatever is in a multiplexer, which has the screen.
pub fn supported(variable: impl Fn(&str) -> Option<String>) -> Means {
    let value = |name: &str| variable(name).filter(|value| !value.is_empty()).unwrap_or_default();
    let (term, program) = (value("TERM"), value("TERM_PROGRAM"));
    let begins = |terms: &[&str]| terms.iter().any(|known| term.starts_with(known));
    if !value("TMUX").is_empty() || !value("STY").is_empty() || begins(&["screen", "tmux"]) {
        return Means::Blocks;
    }
    if begins(&KITTY_TERMS) || KITTY.contains(&program.as_str()) {
        return Means::Kitty;
    }
    if ITERM2.contains(&program.as_str()) || ITERM2.contains(&value("LC_TERMINAL").as_str()) {
        return Means::Iterm2;
    }
    if begins(&SIXEL_TERMS) { Means::Sixel } else { Means::Blocks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Means {
        supported(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn each_terminal_gets_the_best_that_it_is_known_to_do() {
        assert_eq!(with(&[("TERM", "xterm-kitty")]), Means::Kitty);
        assert_eq!(with(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "ghostty")]), Means::Kitty);
        let iterm = [("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")];
        assert_eq!(with(&iterm), Means::Iterm2);
        assert_eq!(with(&[("TERM", "foot-extra")]), Means::Sixel);
        assert_eq!(with(&[("TERM", "xterm-256color")]), Means::Blocks);
    }

    #[test]
    fn a_multiplexer_has_the_screen() {
        assert_eq!(with(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")]), Means::Blocks);
        assert_eq!(with(&[("TERM", "screen-256color"), ("LC_TERMINAL", "iTerm2")]), Means::Blocks);
    }
}
