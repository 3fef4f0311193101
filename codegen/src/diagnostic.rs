//! Errors of a spec, with their positions and help texts.
//!
//! A [`Diagnostic`] is plain data. The phases push it into [`Diagnostics`] and continue, so that one run reports every error.
//! `annotate-snippets` renders the source lines and the carets as rustc does.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// A file of the spec.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// The path, as messages show it.
    pub path: String,
    /// The content.
    pub text: String,
}

/// The maximum number of characters that carets underline.
const MAX_UNDERLINE: usize = 100;

/// The maximum number of bytes between two spans in one snippet.
const MAX_DISTANCE: usize = 20_000;

/// The maximum number of bytes of a line after its last annotation in a snippet.
const MAX_TRAILING: usize = 1000;

/// A range of bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes.
    pub bytes: Range<usize>,
}

impl SourceFile {
    /// Returns the name of the file without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Span {
    /// Returns the part of a range in its first line, without trailing white space and short enough for a screen. It has at
    /// least one character. For a range after the last line, it is the end of that line.
    pub fn within_line(file: &Arc<SourceFile>, bytes: Range<usize>) -> Self {
        let text = &file.text;
        let written = text.trim_end();
        if bytes.start >= written.len()
            && let Some((last, _)) = written.char_indices().next_back()
        {
            return Self { file: Arc::clone(file), bytes: last..written.len() };
        }
        let start = (0..=bytes.start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let rest = text.get(start..).unwrap_or_default();
        let wanted = bytes.end.saturating_sub(start);
        // Not the whole line, because there may be many spans in a line of megabytes.
        let characters = rest.char_indices().take(MAX_UNDERLINE).take_while(|(_, c)| !matches!(c, '\n' | '\r'));
        let fits = characters.clone().last().map_or(0, |(at, c)| at + c.len_utf8());
        let length = rest.get(..wanted.min(fits)).map_or(0, |range| range.trim_end().len());
        let length = if length == 0 { characters.clone().next().map_or(0, |(_, c)| c.len_utf8()) } else { length };
        Self { file: Arc::clone(file), bytes: start..start + length }
    }

    /// Returns the start of a file, for errors of the whole file.
    pub fn start_of(file: &Arc<SourceFile>) -> Self {
        Self { file: Arc::clone(file), bytes: 0..0 }
    }

    /// Returns `true` if one snippet can show both spans. The renderer visits every line between them.
    fn is_near(&self, other: &Self) -> bool {
        self.file == other.file && self.bytes.start.abs_diff(other.bytes.start) <= MAX_DISTANCE
    }

    /// Returns the line and the column of the first character, both counted from one.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self.file.text.get(..self.bytes.start).unwrap_or(&self.file.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).map_or(0, |line| line.chars().count());
        (before.matches('\n').count() + 1, column + 1)
    }
}

/// An error.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    message: String,
    span: Option<Span>,
    label: String,
    related: Vec<(Span, String)>,
    help: String,
}

impl Diagnostic {
    /// Creates an error. `message` describes the error, `label` the span, and `help` a fix. The label may be empty.
    pub fn at(span: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span: Some(span), label: truncate(label.into()), ..Self::without_span(message, help) }
    }

    /// Creates an error without a position, such as a missing folder.
    pub fn without_span(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (truncate(message.into()), truncate(help.into()));
        Self { message, span: None, label: String::new(), related: Vec::new(), help }
    }

    /// Adds another span that explains the error, such as the first of two equal names.
    #[must_use]
    pub fn with_related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    fn sort_key(&self) -> (Option<(&str, usize)>, &str) {
        (self.span.as_ref().map(|span| (span.file.path.as_str(), span.bytes.start)), &self.message)
    }

    fn report(&self) -> Vec<Group<'_>> {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let Some(span) = &self.span else {
            return vec![Group::with_title(title).element(Level::HELP.message(self.help.as_str()))];
        };
        let mut group = Group::with_title(title);
        if span.file.text.trim().is_empty() {
            group = group.element(Origin::path(span.file.path.as_str()).line(1).char_column(1));
        } else {
            let mut spans = vec![LabeledSpan { kind: AnnotationKind::Primary, span, label: &self.label }];
            spans.extend(self.related.iter().filter(|(related, _)| related.is_near(span)).map(LabeledSpan::context));
            group = group.element(snippet(&span.file, &spans));
        }
        for related in self.related.iter().filter(|(related, _)| !related.is_near(span)) {
            group = group.element(snippet(&related.0.file, &[LabeledSpan::context(related)]));
        }
        vec![group.element(Level::HELP.message(self.help.as_str()))]
    }
}

/// A span with its label.
struct LabeledSpan<'a> {
    kind: AnnotationKind,
    span: &'a Span,
    label: &'a str,
}

impl<'a> LabeledSpan<'a> {
    fn context((span, label): &'a (Span, String)) -> Self {
        Self { kind: AnnotationKind::Context, span, label }
    }
}

/// Returns the lines of a file from the first span to the last one. The renderer visits every line that it gets.
fn snippet<'a>(file: &'a SourceFile, spans: &[LabeledSpan<'a>]) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let starts = spans.iter().map(|labeled| labeled.span.bytes.start);
    let ends = spans.iter().map(|labeled| labeled.span.bytes.end);
    let before = file.text.get(..starts.min().unwrap_or_default()).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = ends.max().unwrap_or(file.text.len());
    let rest = file.text.get(end..).unwrap_or_default().char_indices();
    let end = rest
        .take_while(|(at, c)| *c != '\n' && *at < MAX_TRAILING)
        .last()
        .map_or(end, |(at, c)| end + at + c.len_utf8());
    let annotations = spans.iter().map(|LabeledSpan { kind, span, label }| {
        let Range { start: from, end: to } = span.bytes;
        let annotation = kind.span(from.saturating_sub(start)..to.saturating_sub(start));
        if label.is_empty() { annotation } else { annotation.label(*label) }
    });
    Snippet::source(file.text.get(start..end).unwrap_or_default())
        .line_start(before.matches('\n').count() + 1)
        .path(file.path.as_str())
        .annotations(annotations)
}

/// Truncates the parts of a message that it quotes. Strings of a spec can be megabytes long.
fn truncate(text: String) -> String {
    const MAX_QUOTED: usize = 100;
    const MAX_MESSAGE: usize = 4000;
    if text.len() <= MAX_QUOTED {
        return text;
    }
    let cut = |text: &str, max_len: usize| match text.char_indices().nth(max_len) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    let pieces = text.split('`').enumerate();
    let pieces: Vec<String> =
        pieces.map(|(index, piece)| if index % 2 == 1 { cut(piece, MAX_QUOTED) } else { piece.to_owned() }).collect();
    cut(&pieces.join("`"), MAX_MESSAGE)
}

/// The maximum number of errors that are shown. Rendering more would take longer than finding them.
const MAX_SHOWN: usize = 50;

/// The errors of all phases.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics {
    errors: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds an error.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    /// Creates a list with one error, for what cannot be recovered from.
    pub fn one(diagnostic: Diagnostic) -> Self {
        Self { errors: vec![diagnostic] }
    }

    /// Returns `true` if there is no error.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns the number of errors.
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// Returns the errors, sorted by position, as a result.
    ///
    /// # Errors
    ///
    /// Returns the errors if there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(self.sorted())
    }

    /// Sorts the errors by position.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.errors.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self
    }

    /// Renders the errors with their source lines and carets, followed by their number.
    pub fn render(&self, color: Color) -> String {
        let count = self.errors.len();
        let noun = if count == 1 { "error" } else { "errors" };
        format!("{}{count} {noun} in the spec\n", self.render_each(color))
    }

    /// Renders the errors, followed by the number of those that are not shown.
    pub fn render_each(&self, color: Color) -> String {
        let renderer = match color {
            Color::Never => Renderer::plain(),
            Color::Always => Renderer::styled(),
        }
        .decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for diagnostic in self.errors.iter().take(MAX_SHOWN) {
            text.push_str(&renderer.render(&diagnostic.report()));
            text.push_str("\n\n");
        }
        match self.errors.len().saturating_sub(MAX_SHOWN) {
            0 => {}
            1 => text.push_str("... and 1 more error\n\n"),
            more => text.push_str(&format!("... and {more} more errors\n\n")),
        }
        text
    }
}

/// Returns the error for a check that failed without an error.
pub fn internal_error() -> Diagnostics {
    let help = "report this bug of routegen, together with the spec";
    Diagnostics::one(Diagnostic::without_span("internal error: a check failed without an error", help))
}

/// Whether diagnostics are rendered with terminal colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escape codes.
    Always,
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Color::Never))
    }
}

impl std::error::Error for Diagnostics {}

/// Returns a path as messages and generated headers show it, always with `/`.
pub fn shown_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
