//! Rust identifiers: from the words of a wire name to a name that compiles. The only user of `heck`.

use std::fmt;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Words that are reserved in some edition of Rust and can be written with `r#`.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that cannot be an identifier even with `r#`.
const NEVER: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// What Windows takes for a device, whatever follows behind a dot; `com1` to `com9` and `lpt1` to `lpt9` are as well.
const WINDOWS_DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// A name that is valid Rust: a letter or `_` first, then letters, digits and `_`; keywords are written with `r#`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RustIdent(String);

impl RustIdent {
    /// The name of a function, a field, a parameter or a module.
    pub fn snake(words: &str) -> Self {
        Self::of(words.to_snake_case(), "n")
    }

    /// The name of a type or a variant.
    pub fn pascal(words: &str) -> Self {
        Self::of(words.to_upper_camel_case(), "N")
    }

    /// The name of a constant.
    pub fn shouty(words: &str) -> Self {
        Self::of(words.to_shouty_snake_case(), "N")
    }

    /// The same name with `_` behind it, for when the name is taken.
    pub fn with_underscore(&self) -> Self {
        Self(format!("{}_", self.0))
    }

    /// The name without `r#`.
    pub fn bare(&self) -> &str {
        &self.0
    }

    /// True where the name needs `r#`.
    pub fn is_keyword(&self) -> bool {
        KEYWORDS.contains(&self.0.as_str())
    }

    /// Keeps what an identifier may hold; `lead` goes before a digit and stands for a name without any letter.
    fn of(cased: String, lead: &str) -> Self {
        // ASCII only: rustc warns of names that mix scripts, and `r#` does not help there.
        let mut name: String = cased.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert_str(0, lead);
        }
        if NEVER.contains(&name.as_str()) {
            name.push('_');
        }
        Self(name)
    }
}

impl fmt::Display for RustIdent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_keyword() { write!(f, "r#{}", self.0) } else { f.write_str(&self.0) }
    }
}

/// True for a name that can be used as it is: for what the spec itself names in Rust.
pub fn is_valid(name: &str) -> bool {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    starts_well && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') && !NEVER.contains(&name)
}

/// True for a word that Rust reserves in some edition.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) || NEVER.contains(&name)
}

/// True for a name that no file can have on Windows, with or without an extension.
pub fn is_windows_device(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_port =
        |name: &str| matches!(name.as_bytes(), [b'c', b'o', b'm', b'1'..=b'9'] | [b'l', b'p', b't', b'1'..=b'9']);
    WINDOWS_DEVICES.contains(&name.as_str()) || is_port(&name)
}

/// True where something of a name is left once it is an identifier: `>=` has no such thing, `3d` has.
pub fn has_words(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

/// True for a character that turns the direction of what follows; rustc does not take them in comments.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_becomes_a_valid_identifier() {
        for keyword in KEYWORDS {
            let written = RustIdent::snake(keyword).to_string();
            assert_eq!(written, format!("r#{keyword}"));
            assert!(syn::parse_str::<syn::Ident>(&written).is_ok(), "{written}");
        }
        for word in NEVER {
            let written = RustIdent::snake(word).to_string();
            assert!(syn::parse_str::<syn::Ident>(&written).is_ok(), "{word} -> {written}");
        }
    }

    #[test]
    fn the_keyword_table_is_complete() {
        // Whatever syn refuses as an identifier has to be in one of the two tables.
        for word in "abstract as async await become box break const continue crate do dyn else enum extern false final fn \
            for gen if impl in let loop macro match mod move mut override priv pub ref return self Self static struct super \
            trait true try type typeof unsafe unsized use virtual where while yield _"
            .split_whitespace()
        {
            if syn::parse_str::<syn::Ident>(word).is_err() {
                assert!(KEYWORDS.contains(&word) || NEVER.contains(&word), "{word}");
            }
        }
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn acronyms_and_digits_stay_together() {
        let snake = |name| RustIdent::snake(name).to_string();
        assert_eq!(snake("retrieveMP3Version"), "retrieve_mp3_version");
        assert_eq!(snake("triggerHTTP2Action"), "trigger_http2_action");
        assert_eq!(snake("HTTPSUrl"), "https_url");
        assert_eq!(snake("retrieveVAT"), "retrieve_vat");
        assert_eq!(snake("isLogged"), "is_logged");
        assert_eq!(snake("qrImage"), "qr_image");
        assert_eq!(snake("address_line1"), "address_line1");
        assert_eq!(RustIdent::pascal("retrieveMP3Version").to_string(), "RetrieveMp3Version");
        assert_eq!(RustIdent::shouty("retrieveMP3Version").to_string(), "RETRIEVE_MP3_VERSION");
    }

    #[test]
    fn keywords_are_no_keywords_in_another_case() {
        for keyword in KEYWORDS.into_iter().chain(NEVER) {
            let pascal = RustIdent::pascal(keyword).to_string();
            assert!(syn::parse_str::<syn::Ident>(&pascal).is_ok(), "{pascal}");
            let shouty = RustIdent::shouty(keyword).to_string();
            assert!(syn::parse_str::<syn::Ident>(&shouty).is_ok(), "{shouty}");
        }
        assert_eq!(RustIdent::pascal("self").to_string(), "Self_");
        assert_eq!(RustIdent::snake("Self").to_string(), "self_");
        assert_eq!(RustIdent::snake("type").with_underscore().to_string(), "type_");
    }

    #[test]
    fn digits_signs_and_foreign_letters_give_valid_names() {
        assert_eq!(RustIdent::snake("2fa").to_string(), "n2fa");
        assert_eq!(RustIdent::pascal("2fa").to_string(), "N2fa");
        assert_eq!(RustIdent::pascal("301").to_string(), "N301");
        assert_eq!(RustIdent::snake(">=").to_string(), "n");
        assert_eq!(RustIdent::snake("_id").to_string(), "id");
        assert_eq!(RustIdent::snake("a.b[].c").to_string(), "a_b_c");
        assert_eq!(RustIdent::snake("日本").to_string(), "n");
        assert_eq!(RustIdent::pascal("größe_3").to_string(), "Gre3");
        assert_eq!(RustIdent::snake("naïve-größe").to_string(), "nave_gre");
        assert!(!has_words(">="));
        assert!(is_valid("type") && !is_valid("self") && !is_valid("a-b") && !is_valid("") && !is_valid("1a"));
    }
}
