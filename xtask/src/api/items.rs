//! Reads the public items of a library from its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{
    Attribute, Fields, ImplItem, Item, ItemFn, ItemImpl, ItemMacro, Meta, Signature, TraitItem, Type, TypePath,
    UseTree, Visibility,
};

/// An item of a module that is not a module, with the features that it needs.
struct Entry {
    item: Item,
    features: BTreeSet<String>,
    is_public: bool,
}

/// A module with its items. Its path is its key in the map of all modules.
#[derive(Default)]
struct Module {
    is_public: bool,
    entries: Vec<Entry>,
}

/// A library: all modules, and the lines of its list with the paths by which they are sorted.
struct Library {
    modules: BTreeMap<Vec<String>, Module>,
    lines: BTreeSet<(String, String)>,
}

/// Returns the lines of a library's list, sorted by path.
///
/// # Errors
/// Returns a message if a file cannot be read or is not Rust.
pub fn library(name: &str, file: &Path) -> Result<Vec<String>, String> {
    let mut library = Library { modules: BTreeMap::new(), lines: BTreeSet::new() };
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    let items = parse(file)?;
    library.read(vec![name.to_owned()], items, &folder, &BTreeSet::new(), true)?;
    let public = library.modules.iter().filter(|(_, module)| module.is_public);
    let paths: Vec<Vec<String>> = public.map(|(path, _)| path.clone()).collect();
    for path in paths {
        library.list_module(&path);
    }
    Ok(library.lines.into_iter().map(|(_, line)| line).collect())
}

fn parse(file: &Path) -> Result<Vec<Item>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    let parsed = syn::parse_file(&text).map_err(|error| format!("`{}` is not Rust: {error}", file.display()))?;
    Ok(parsed.items)
}

impl Library {
    /// Reads a module and the modules in it. `folder` contains the files of the latter.
    fn read(
        &mut self,
        path: Vec<String>,
        items: Vec<Item>,
        folder: &Path,
        features: &BTreeSet<String>,
        is_public: bool,
    ) -> Result<(), String> {
        let mut module = Module { is_public, entries: Vec::new() };
        for item in items {
            let attributes = attributes(&item);
            if is_hidden(attributes) {
                continue;
            }
            let mut features = features.clone();
            features.extend(attributes.iter().filter_map(feature));
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let file_name = name.trim_start_matches("r#");
                    let nested = folder.join(file_name);
                    let items = match inner.content {
                        Some((_, items)) => items,
                        None => parse(&module_file(folder, file_name))?,
                    };
                    let path = [path.as_slice(), &[name]].concat();
                    self.read(path, items, &nested, &features, is_public && is_pub(&inner.vis))?;
                }
                item => {
                    let is_public = visibility(&item).is_none_or(is_pub);
                    module.entries.push(Entry { item, features, is_public });
                }
            }
        }
        self.modules.insert(path, module);
        Ok(())
    }

    /// Lists the public items of a public module, and what it re-exports.
    fn list_module(&mut self, path: &[String]) {
        let mut lines = Vec::new();
        for entry in self.modules[path].entries.iter().filter(|entry| entry.is_public) {
            match &entry.item {
                Item::Use(item) => {
                    let mut uses = Vec::new();
                    flatten(&item.tree, &mut Vec::new(), &mut uses);
                    for (from, name) in uses {
                        match self.find(path, &from) {
                            Some((module, entry)) => self.list(module, entry, path, &name, &mut lines),
                            None => {
                                lines.push(line(path, &name, &format!("pub use {}", from.join("::")), &entry.features))
                            }
                        }
                    }
                }
                item => {
                    if let Some(name) = name(item) {
                        self.list(path, entry, path, &name, &mut lines);
                    }
                }
            }
        }
        self.lines.extend(lines);
    }

    /// Finds the local item that a re-export names.
    fn find(&self, module: &[String], path: &[String]) -> Option<(&[String], &Entry)> {
        let (item, rest) = path.split_last()?;
        let mut target: Vec<String> = match rest.first().map(String::as_str) {
            Some("crate") => module[..1].to_vec(),
            Some("super") => module[..module.len().saturating_sub(1)].to_vec(),
            _ => module.to_vec(),
        };
        target.extend(rest.iter().filter(|part| !["crate", "self", "super"].contains(&part.as_str())).cloned());
        let (key, module) = self.modules.get_key_value(&target)?;
        let entry = module.entries.iter().find(|entry| entry.is_public && name(&entry.item).as_ref() == Some(item));
        if entry.is_some() {
            return entry.map(|entry| (key.as_slice(), entry));
        }
        // The module may itself re-export the item.
        let uses = module.entries.iter().filter_map(|entry| match &entry.item {
            Item::Use(item) if entry.is_public => Some(&item.tree),
            _ => None,
        });
        let mut found = Vec::new();
        uses.for_each(|tree| flatten(tree, &mut Vec::new(), &mut found));
        let (from, _) = found.into_iter().find(|(from, name)| name == item && from.len() > 1)?;
        self.find(key, &from)
    }

    /// Lists an item, its members and its implementations under the path at which it is visible.
    fn list(&self, module: &[String], entry: &Entry, at: &[String], name: &str, lines: &mut Vec<(String, String)>) {
        let Entry { item, features, .. } = entry;
        let inner = [at, &[name.to_owned()]].concat();
        let full = inner.join("::");
        let own_name = self::name(item).unwrap_or_default();
        lines.push(line(at, name, &declaration(item, &own_name, &full), features));
        let mut member = |name: &str, text: String| lines.push(line(&inner, name, &text, features));
        match item {
            Item::Struct(item) => {
                let fields =
                    item.fields.iter().enumerate().filter(|(_, field)| is_pub(&field.vis) && !is_hidden(&field.attrs));
                for (index, field) in fields {
                    let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                    member(&name, format!("pub {full}::{name}: {}", type_text(&field.ty)));
                }
            }
            Item::Enum(item) => {
                for variant in item.variants.iter().filter(|variant| !is_hidden(&variant.attrs)) {
                    let name = variant.ident.to_string();
                    member(&name, format!("pub {full}::{name}{}", fields_text(&variant.fields)));
                }
            }
            Item::Trait(item) => {
                for item in &item.items {
                    match item {
                        TraitItem::Fn(item) if !is_hidden(&item.attrs) => {
                            let name = item.sig.ident.to_string();
                            let default = if item.default.is_some() { " { ... }" } else { "" };
                            member(&name, signature(&item.sig, &full) + default);
                        }
                        TraitItem::Type(item) if !is_hidden(&item.attrs) => {
                            member(&item.ident.to_string(), format!("pub type {full}::{}", item.ident));
                        }
                        TraitItem::Const(item) if !is_hidden(&item.attrs) => {
                            let text = format!("pub const {full}::{}: {}", item.ident, type_text(&item.ty));
                            member(&item.ident.to_string(), text);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        for derived in attributes(item).iter().flat_map(derives) {
            member("", format!("impl {derived} for {full}"));
        }
        if matches!(item, Item::Struct(_) | Item::Enum(_)) {
            self.list_impls(module, item, &inner, lines);
        }
    }

    /// Lists what the implementations of a type add. They are in the module of the type or, if its name is unique in the
    /// library, in any other module.
    fn list_impls(&self, module: &[String], item: &Item, path: &[String], lines: &mut Vec<(String, String)>) {
        let own_name = name(item);
        let is_same = |entry: &&Entry| name(&entry.item) == own_name && !matches!(entry.item, Item::Use(_));
        let count = self.modules.values().flat_map(|module| &module.entries).filter(is_same).count();
        for (place, other) in &self.modules {
            for entry in &other.entries {
                if let Item::Macro(call) = &entry.item
                    && place == module
                    && let Some(text) = implementing_macro(call, own_name.as_deref())
                {
                    lines.push(line(path, "", &format!("{text} for {}", path.join("::")), &entry.features));
                }
                let Item::Impl(block) = &entry.item else { continue };
                if self_name(block) == own_name && (place == module || count == 1) {
                    list_impl(block, path, &entry.features, lines);
                }
            }
        }
    }
}

/// Returns the name of a macro such as `impl_error!` if the first type that its arguments name is the given one. The macro
/// implements traits for that type.
fn implementing_macro(call: &ItemMacro, type_name: Option<&str>) -> Option<String> {
    let name = call.mac.path.segments.last()?.ident.to_string();
    let tokens = call.mac.tokens.to_string();
    let mut words = tokens.split(|c: char| !c.is_alphanumeric() && c != '_');
    let first = words.find(|word| word.starts_with(char::is_uppercase))?;
    (name.starts_with("impl_") && Some(first) == type_name).then(|| format!("{name}!"))
}

fn list_impl(block: &ItemImpl, path: &[String], features: &BTreeSet<String>, lines: &mut Vec<(String, String)>) {
    let full = path.join("::");
    if let Some((of, _)) = &block.trait_ {
        let of = type_text(&Type::Path(TypePath { attrs: Vec::new(), qself: None, path: of.clone() }));
        lines.push(line(path, "", &format!("impl {of} for {full}"), features));
        return;
    }
    for item in &block.items {
        let (attributes, vis, name, text) = match item {
            ImplItem::Fn(item) => (&item.attrs, &item.vis, &item.sig.ident, signature(&item.sig, &full)),
            ImplItem::Const(item) => {
                let text = format!("pub const {full}::{}: {}", item.ident, type_text(&item.ty));
                (&item.attrs, &item.vis, &item.ident, text)
            }
            _ => continue,
        };
        if is_pub(vis) && !is_hidden(attributes) {
            let mut features = features.clone();
            features.extend(attributes.iter().filter_map(feature));
            lines.push(line(path, &name.to_string(), &text, &features));
        }
    }
}

/// Returns a line with the path by which it is sorted.
fn line(path: &[String], name: &str, text: &str, features: &BTreeSet<String>) -> (String, String) {
    let mut text = text.to_owned();
    if !features.is_empty() {
        let features: Vec<&str> = features.iter().map(String::as_str).collect();
        text.push_str(&format!("  [{}]", features.join(", ")));
    }
    (format!("{}::{name}", path.join("::")), text)
}

/// Returns the file of a module. If neither exists, returns the first, so that the error names it.
fn module_file(folder: &Path, name: &str) -> PathBuf {
    let nested = folder.join(name).join("mod.rs");
    if nested.exists() { nested } else { folder.join(format!("{name}.rs")) }
}

fn is_pub(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// Returns true for items that are hidden from the documentation, and for tests.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => {
            let tokens = list.tokens.to_string();
            (list.path.is_ident("doc") && tokens == "hidden")
                || (list.path.is_ident("cfg") && (tokens == "test" || tokens == "doctest"))
        }
        _ => false,
    })
}

/// Returns the condition of `#[cfg(...)]`, without spaces.
fn feature(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(
            list.tokens.to_string().replace("feature = ", "").replace('"', "").replace(" (", "(").replace(" ,", ","),
        ),
        _ => None,
    }
}

fn derives(attribute: &Attribute) -> Vec<String> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("derive") => list
            .tokens
            .to_string()
            .split(',')
            .map(|name| name.replace(' ', ""))
            .filter(|name| !name.is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns the visibility of an item. Implementations have none.
fn visibility(item: &Item) -> Option<&Visibility> {
    match item {
        Item::Const(item) => Some(&item.vis),
        Item::Enum(item) => Some(&item.vis),
        Item::Fn(item) => Some(&item.vis),
        Item::Static(item) => Some(&item.vis),
        Item::Struct(item) => Some(&item.vis),
        Item::Trait(item) => Some(&item.vis),
        Item::Type(item) => Some(&item.vis),
        Item::Use(item) => Some(&item.vis),
        _ => None,
    }
}

fn name(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        Item::Static(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn self_name(block: &ItemImpl) -> Option<String> {
    match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Collects the paths of a `use` and the names that they get.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let mut add = |last: String, name: String| found.push(([prefix.as_slice(), &[last]].concat(), name));
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) => add(name.ident.to_string(), name.ident.to_string()),
        UseTree::Rename(rename) => add(rename.ident.to_string(), rename.rename.to_string()),
        UseTree::Glob(_) => add("*".to_owned(), "*".to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, found)),
    }
}

/// Returns the line of an item without its members.
fn declaration(item: &Item, name: &str, full: &str) -> String {
    let attributes = attributes(item);
    let is_open = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let text = match item.clone() {
        Item::Struct(mut item) => {
            (item.attrs, item.fields) = (Vec::new(), Fields::Unit);
            render(Item::Struct(item))
        }
        Item::Enum(mut item) => {
            item.attrs.clear();
            item.variants.clear();
            render(Item::Enum(item))
        }
        Item::Trait(mut item) => {
            item.attrs.clear();
            item.items.clear();
            render(Item::Trait(item))
        }
        Item::Type(mut item) => {
            item.attrs.clear();
            render(Item::Type(item))
        }
        Item::Fn(item) => return signature(&item.sig, full.rsplit_once("::").map_or("", |(module, _)| module)),
        Item::Const(item) => return format!("pub const {full}: {}", type_text(&item.ty)),
        Item::Static(item) => return format!("pub static {full}: {}", type_text(&item.ty)),
        _ => format!("pub {name}"),
    };
    let text = text.trim_end_matches(" {}").trim_end_matches(';').replacen(&format!(" {name}"), &format!(" {full}"), 1);
    if is_open { format!("#[non_exhaustive] {text}") } else { text }
}

fn fields_text(fields: &Fields) -> String {
    let types: Vec<String> = fields.iter().map(|field| type_text(&field.ty)).collect();
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(_) => format!("({})", types.join(", ")),
        Fields::Named(_) => {
            let named =
                fields.iter().zip(types).filter_map(|(field, ty)| Some(format!("{}: {ty}", field.ident.as_ref()?)));
            format!(" {{ {} }}", named.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns a function with its path, on one line.
fn signature(sig: &Signature, path: &str) -> String {
    let Ok(mut function) = syn::parse_str::<ItemFn>("pub fn f() {}") else { return String::new() };
    function.sig = sig.clone();
    let text = render(Item::Fn(function));
    let name = sig.ident.to_string();
    text.trim_end_matches(" {}").replacen(&format!("fn {name}"), &format!("fn {path}::{name}"), 1)
}

fn type_text(ty: &Type) -> String {
    let Ok(mut alias) = syn::parse_str::<syn::ItemType>("type T = ();") else { return String::new() };
    *alias.ty = ty.clone();
    let text = render(Item::Type(alias));
    text.trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

/// Formats an item on one line.
fn render(item: Item) -> String {
    let Ok(mut file) = syn::parse_str::<syn::File>("") else { return String::new() };
    file.items.push(item);
    let text = prettyplease::unparse(&file);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("( ", "(").replace(", )", ")").replace("< ", "<").replace(", >", ">").replace(" )", ")")
}
