//! Words with a meaning for Rust, cargo, an operating system or the generated crate, in snake case.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use heck::ToSnakeCase;
use syn::{ImplItem, Item, Visibility};

/// The keywords of all editions.
pub const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super \
    trait true try type typeof unsafe unsized use virtual where while yield union raw safe auto default macro_rules";

/// The prelude of edition 2024, and the methods of its traits and of derivable traits.
const PRELUDE: &str = "copy send sized sync unpin drop fn fn_mut fn_once async_fn async_fn_mut async_fn_once align_of \
    align_of_val size_of size_of_val box to_owned clone partial_eq partial_ord eq ord as_ref as_mut into from default \
    iterator extend into_iterator double_ended_iterator exact_size_iterator option some none result ok err string \
    to_string vec try_from try_into from_iterator future into_future clone_from clone_into ne lt le gt ge cmp \
    partial_cmp max min clamp next next_back into_iter from_iter iter len map collect poll call call_mut call_once fmt \
    hash borrow borrow_mut deref index add not neg from_str type_id new is_empty to_vec";

/// The macros and derives of the standard library, and the built-in attributes.
const MACROS: &str = "assert assert_eq assert_ne cfg column compile_error concat concat_idents dbg debug_assert \
    debug_assert_eq debug_assert_ne env eprint eprintln file format format_args include include_bytes include_str \
    is_x86_feature_detected line log_syntax matches module_path option_env panic print println stringify thread_local \
    todo trace_macros try unimplemented unreachable vec write writeln assert_matches const_format_args debug derive \
    test bench global_allocator test_case allow warn deny forbid expect deprecated doc inline cold must_use serde json \
    null quote automatically_derived";

/// The primitive types, with their names in the language and in its documentation.
const PRIMITIVES: &str = "bool char str i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f16 f32 f64 f128 array \
    slice tuple unit pointer reference fn never";

/// File names with a meaning for cargo, rustc or Windows, and crates that are always available.
const FILES: &str = "lib main mod build bin src tests examples benches target std core alloc proc_macro con prn aux nul \
    com0 com1 com9 lpt1 lpt9 conin clock tokio tracing tower http bytes jiff rustls hyper reqwest secrecy";

/// Returns all words, and every visible name of the runtime: modules, items, methods of the client.
pub fn all() -> BTreeSet<String> {
    let fixed = [KEYWORDS, PRELUDE, MACROS, PRIMITIVES, FILES];
    let mut words: BTreeSet<String> =
        fixed.iter().flat_map(|list| list.split_whitespace()).map(str::to_owned).collect();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/src");
    collect(&runtime, &mut words);
    words.extend(["runtime", "api", "types", "server", "endpoints", "service", "handlers"].map(str::to_owned));
    // The library of the generated crate.
    words.insert("keywords_api".to_owned());
    words
}

fn collect(folder: &Path, words: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the runtime can be listed") {
        let path = entry.expect("the runtime can be listed").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            continue;
        }
        words.insert(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
        if path.is_dir() {
            collect(&path, words);
            continue;
        }
        let text = fs::read_to_string(&path).expect("the runtime can be read");
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let names = file.items.iter().flat_map(names);
        words.extend(names.map(|name| name.trim_start_matches("r#").to_snake_case()));
    }
}

/// Returns the name of an item that is visible in the crate. For the client, returns the names of its methods.
fn names(item: &Item) -> Vec<String> {
    let (visibility, name) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Impl(item) if matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident("Client")) => {
            let methods = item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            });
            return methods.collect();
        }
        _ => return Vec::new(),
    };
    let is_visible = match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    };
    if is_visible { vec![name.to_string()] } else { Vec::new() }
}
