//! The words of a short text, with their places in it.

use std::ops::Range;

/// The words with the characters that they take up.
pub fn of(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut words = Vec::new();
    let mut character = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let length = word.chars().count();
        if length > 0 {
            words.push((word, character..character + length));
        }
        character += piece.chars().count();
    }
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_counted_in_characters() {
        assert_eq!(super::of("  é array\n of "), [("é", 2..3), ("array", 4..9), ("of", 11..13)]);
        assert!(super::of(" \n").is_empty());
    }
}
