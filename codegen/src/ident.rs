//! Rust identifiers: converts names of the spec to names that compile. The only user of `heck`.

use std::fmt;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Keywords of any edition of Rust that can be raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const NON_RAW_KEYWORDS: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// Device names of Windows, with any file extension. `com1` to `com9` and `lpt1` to `lpt9` are device names as well.
const WINDOWS_DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// A valid Rust identifier. Keywords are displayed with `r#`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RustIdent(String);

impl RustIdent {
    /// Creates the name of a function, field, parameter or module.
    pub fn snake(words: &str) -> Self {
        Self::new(words.to_snake_case(), "n")
    }

    /// Creates the name of a type or variant.
    pub fn upper_camel(words: &str) -> Self {
        Self::new(words.to_upper_camel_case(), "N")
    }

    /// Creates the name of a constant.
    pub fn screaming_snake(words: &str) -> Self {
        Self::new(words.to_shouty_snake_case(), "N")
    }

    /// Returns the name with a trailing underscore, which avoids a conflict.
    pub fn with_underscore(&self) -> Self {
        Self(format!("{}_", self.0))
    }

    /// Returns the name without `r#`.
    pub fn as_unescaped(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the name needs `r#`.
    pub fn is_keyword(&self) -> bool {
        KEYWORDS.contains(&self.0.as_str())
    }

    /// Removes the characters that identifiers cannot contain. `prefix` precedes a digit and replaces an empty name.
    fn new(cased: String, prefix: &str) -> Self {
        // ASCII only, because rustc warns about names that mix scripts.
        let mut name: String = cased.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert_str(0, prefix);
        }
        if NON_RAW_KEYWORDS.contains(&name.as_str()) {
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

/// Returns `true` for an identifier, keywords included that can be raw identifiers.
pub fn is_valid(name: &str) -> bool {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    starts_well && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') && !NON_RAW_KEYWORDS.contains(&name)
}

/// Returns `true` for a keyword of any edition of Rust.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) || NON_RAW_KEYWORDS.contains(&name)
}

/// Returns `true` for a name that no file can have on Windows, with or without an extension.
pub fn is_windows_device(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_port =
        |name: &str| matches!(name.as_bytes(), [b'c', b'o', b'm', b'1'..=b'9'] | [b'l', b'p', b't', b'1'..=b'9']);
    WINDOWS_DEVICES.contains(&name.as_str()) || is_port(&name)
}

/// Returns `true` if a name contains characters for an identifier, as `3d` does and `>=` does not.
pub fn has_words(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

/// Returns `true` for a control character of bidirectional text, which rustc rejects in comments.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_becomes_a_valid_identifier() {
        for keyword in KEYWORDS {
            let name = RustIdent::snake(keyword).to_string();
            assert_eq!(name, format!("r#{keyword}"));
            assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{name}");
        }
        for word in NON_RAW_KEYWORDS {
            let name = RustIdent::snake(word).to_string();
            assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{word} -> {name}");
        }
    }

    #[test]
    fn the_keyword_table_is_complete() {
        // Every word that syn rejects as an identifier must be in one of the two tables.
        for word in "abstract as async await become box break const continue crate do dyn else enum extern false final fn \
            for gen if impl in let loop macro match mod move mut override priv pub ref return self Self static struct super \
            trait true try type typeof unsafe unsized use virtual where while yield _"
            .split_whitespace()
        {
            if syn::parse_str::<syn::Ident>(word).is_err() {
                assert!(KEYWORDS.contains(&word) || NON_RAW_KEYWORDS.contains(&word), "{word}");
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
        assert_eq!(RustIdent::upper_camel("retrieveMP3Version").to_string(), "RetrieveMp3Version");
        assert_eq!(RustIdent::screaming_snake("retrieveMP3Version").to_string(), "RETRIEVE_MP3_VERSION");
    }

    #[test]
    fn keywords_in_another_case_are_valid() {
        for keyword in KEYWORDS.into_iter().chain(NON_RAW_KEYWORDS) {
            let upper_camel = RustIdent::upper_camel(keyword).to_string();
            assert!(syn::parse_str::<syn::Ident>(&upper_camel).is_ok(), "{upper_camel}");
            let constant = RustIdent::screaming_snake(keyword).to_string();
            assert!(syn::parse_str::<syn::Ident>(&constant).is_ok(), "{constant}");
        }
        assert_eq!(RustIdent::upper_camel("self").to_string(), "Self_");
        assert_eq!(RustIdent::snake("Self").to_string(), "self_");
        assert_eq!(RustIdent::snake("type").with_underscore().to_string(), "type_");
    }

    #[test]
    fn digits_punctuation_and_non_ascii_letters_give_valid_names() {
        assert_eq!(RustIdent::snake("2fa").to_string(), "n2fa");
        assert_eq!(RustIdent::upper_camel("2fa").to_string(), "N2fa");
        assert_eq!(RustIdent::upper_camel("301").to_string(), "N301");
        assert_eq!(RustIdent::snake(">=").to_string(), "n");
        assert_eq!(RustIdent::snake("_id").to_string(), "id");
        assert_eq!(RustIdent::snake("a.b[].c").to_string(), "a_b_c");
        assert_eq!(RustIdent::snake("日本").to_string(), "n");
        assert_eq!(RustIdent::upper_camel("größe_3").to_string(), "Gre3");
        assert_eq!(RustIdent::snake("naïve-größe").to_string(), "nave_gre");
        assert!(!has_words(">="));
        assert!(is_valid("type") && !is_valid("self") && !is_valid("a-b") && !is_valid("") && !is_valid("1a"));
    }
}
