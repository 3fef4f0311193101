//! What is wrong with a spec, where, and what to do about it.
//!
//! A [`Diagnostic`] is plain data: the phases push it into [`Diagnostics`] and go on, so that one run shows every mistake.
//! Rendering is left to `annotate-snippets`, which draws the line and the caret the way rustc does.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// A file of the spec, as it was read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// The path as messages show it.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The most characters that carets go under.
const MAX_MARK: usize = 100;

/// The most bytes between two stretches that are shown in one snippet.
const MAX_DISTANCE: usize = 20_000;

/// The most bytes of a line behind its last mark that a snippet has.
const MAX_REST: usize = 1000;

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file that it lies in.
    pub file: Arc<SourceFile>,
    /// The bytes of the file's text.
    pub bytes: Range<usize>,
}

impl SourceFile {
    /// The file's name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Span {
    /// What of a stretch lies in its first line, without the blanks behind it and cut to a length that fits on a screen;
    /// one character where that leaves none. A stretch behind the last line is the end of that line.
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
        // Not the whole line: many stretches may lie in a line of megabytes.
        let characters = rest.char_indices().take(MAX_MARK).take_while(|(_, c)| !matches!(c, '\n' | '\r'));
        let fits = characters.clone().last().map_or(0, |(at, c)| at + c.len_utf8());
        let kept = rest.get(..wanted.min(fits)).map_or(0, |kept| kept.trim_end().len());
        let kept = if kept == 0 { characters.clone().next().map_or(0, |(_, c)| c.len_utf8()) } else { kept };
        Self { file: Arc::clone(file), bytes: start..start + kept }
    }

    /// The whole of a file that is at fault as a whole.
    pub fn start_of(file: &Arc<SourceFile>) -> Self {
        Self { file: Arc::clone(file), bytes: 0..0 }
    }

    /// True where one snippet can show both. The renderer looks at every line between them.
    fn is_near(&self, other: &Self) -> bool {
        self.file == other.file && self.bytes.start.abs_diff(other.bytes.start) <= MAX_DISTANCE
    }

    /// Line and column of the first character, both counted from one.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self.file.text.get(..self.bytes.start).unwrap_or(&self.file.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).map_or(0, |line| line.chars().count());
        (before.matches('\n').count() + 1, column + 1)
    }
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    message: String,
    span: Option<Span>,
    label: String,
    related: Vec<(Span, String)>,
    help: String,
}

impl Diagnostic {
    /// `message` says what must hold, `label` what stands there instead, `help` what to do.
    pub fn at(span: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span: Some(span), label: shortened(label.into()), ..Self::without_span(message, help) }
    }

    /// A mistake that lies in no file, such as a folder that is not there.
    pub fn without_span(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (shortened(message.into()), shortened(help.into()));
        Self { message, span: None, label: String::new(), related: Vec::new(), help }
    }

    /// Adds a second place that the reader needs to see, such as the first of two equal names.
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
            let mut marks = vec![Mark { kind: AnnotationKind::Primary, span, label: &self.label }];
            marks.extend(self.related.iter().filter(|(related, _)| related.is_near(span)).map(Mark::context));
            group = group.element(snippet(&span.file, &marks));
        }
        for related in self.related.iter().filter(|(related, _)| !related.is_near(span)) {
            group = group.element(snippet(&related.0.file, &[Mark::context(related)]));
        }
        vec![group.element(Level::HELP.message(self.help.as_str()))]
    }
}

/// A stretch with what is written below it.
struct Mark<'a> {
    kind: AnnotationKind,
    span: &'a Span,
    label: &'a str,
}

impl<'a> Mark<'a> {
    fn context((span, label): &'a (Span, String)) -> Self {
        Self { kind: AnnotationKind::Context, span, label }
    }
}

/// The lines of a file from the first mark to the last. Not the whole file: the renderer looks at every line it is given.
fn snippet<'a>(file: &'a SourceFile, marks: &[Mark<'a>]) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let starts = marks.iter().map(|mark| mark.span.bytes.start);
    let ends = marks.iter().map(|mark| mark.span.bytes.end);
    let before = file.text.get(..starts.min().unwrap_or_default()).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = ends.max().unwrap_or(file.text.len());
    let rest = file.text.get(end..).unwrap_or_default().char_indices();
    let end =
        rest.take_while(|(at, c)| *c != '\n' && *at < MAX_REST).last().map_or(end, |(at, c)| end + at + c.len_utf8());
    let annotations = marks.iter().map(|mark| {
        let Range { start: from, end: to } = mark.span.bytes;
        mark.kind.span(from.saturating_sub(start)..to.saturating_sub(start)).label(mark.label)
    });
    Snippet::source(file.text.get(start..end).unwrap_or_default())
        .line_start(before.matches('\n').count() + 1)
        .path(file.path.as_str())
        .annotations(annotations)
}

/// Texts of a spec can be megabytes long; the first characters of one say which it is.
fn shortened(text: String) -> String {
    const QUOTED: usize = 100;
    const WHOLE: usize = 4000;
    if text.len() <= QUOTED {
        return text;
    }
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    let pieces = text.split('`').enumerate();
    let pieces: Vec<String> =
        pieces.map(|(index, piece)| if index % 2 == 1 { cut(piece, QUOTED) } else { piece.to_owned() }).collect();
    cut(&pieces.join("`"), WHOLE)
}

/// More mistakes than anyone reads in one go; drawing them would take longer than finding them.
const MAX_SHOWN: usize = 50;

/// The sink that every phase reports into.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a mistake.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// A result with one mistake, for what ends the work at once.
    pub fn one(diagnostic: Diagnostic) -> Self {
        Self { found: vec![diagnostic] }
    }

    /// True where nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// `Err` with what was found, sorted by place; `Ok` where nothing is wrong.
    pub fn into_result(self) -> Result<(), Self> {
        if self.found.is_empty() {
            return Ok(());
        }
        Err(self.sorted())
    }

    /// The same mistakes by place.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self
    }

    /// The messages with their lines and carets, and how many there are; coloured for a terminal if asked.
    pub fn render(&self, colour: Color) -> String {
        let count = self.found.len();
        let noun = if count == 1 { "error" } else { "errors" };
        format!("{}{count} {noun} in the spec\n", self.render_each(colour))
    }

    /// The messages alone, and how many are not shown.
    pub fn render_each(&self, colour: Color) -> String {
        let renderer = match colour {
            Color::Never => Renderer::plain(),
            Color::Always => Renderer::styled(),
        }
        .decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for diagnostic in self.found.iter().take(MAX_SHOWN) {
            text.push_str(&renderer.render(&diagnostic.report()));
            text.push_str("\n\n");
        }
        match self.found.len().saturating_sub(MAX_SHOWN) {
            0 => {}
            1 => text.push_str("... and 1 more error\n\n"),
            more => text.push_str(&format!("... and {more} more errors\n\n")),
        }
        text
    }
}

/// A check failed without saying why.
pub fn internal_error() -> Diagnostics {
    let help = "this is a fault of routegen; please report it with the spec";
    Diagnostics::one(Diagnostic::without_span("the spec could not be checked, and no check says why", help))
}

/// Whether a rendering holds terminal colours.
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

/// The path of a spec file as messages and generated headers show it: always with `/`.
pub fn shown_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
