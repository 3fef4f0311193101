//! The entries that were reported while a file was read: checks do not report again what they cannot see.
//!
//! A tree of key paths, so that a lookup takes as long as its path, however many entries were reported.

use std::collections::HashMap;

use super::path::PathSegment;

/// How an entry is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// It was taken out; the items behind it have moved up.
    Removed,
    /// It is still there, but what is missing inside it may be there under another name.
    Garbled,
}

/// The invalid entries of one file, or of one entry in it.
#[derive(Debug, Default)]
pub(super) struct InvalidEntries {
    is_removed: bool,
    is_garbled: bool,
    /// Whether this entry or one inside it was removed.
    has_removed: bool,
    children: HashMap<PathSegment, InvalidEntries>,
    /// The indices in the file of the items that were removed from this list, ascending.
    removed_items: Vec<usize>,
    /// Whether some of these are still to be sorted.
    is_unsorted: bool,
}

impl InvalidEntries {
    /// Adds entries whose paths lead through the tree as it was before any of them was removed.
    pub(super) fn extend(&mut self, paths: &[Vec<PathSegment>], kind: FaultKind) {
        let paths: Vec<Vec<PathSegment>> = paths.iter().map(|steps| self.original_path(steps)).collect();
        for steps in &paths {
            self.insert(steps, kind);
        }
        for steps in &paths {
            self.sort_items(steps);
        }
    }

    fn insert(&mut self, steps: &[PathSegment], kind: FaultKind) {
        let is_removal = kind == FaultKind::Removed;
        self.has_removed |= is_removal;
        match steps {
            [] if is_removal => self.is_removed = true,
            [] => self.is_garbled = true,
            [first, rest @ ..] => {
                if let (true, [], PathSegment::Item(index)) = (is_removal, rest, first) {
                    self.is_unsorted |= self.removed_items.last().is_some_and(|last| last > index);
                    self.removed_items.push(*index);
                }
                self.children.entry(first.clone()).or_default().insert(rest, kind);
            }
        }
    }

    /// Sorts the removed items along a path.
    fn sort_items(&mut self, steps: &[PathSegment]) {
        if std::mem::take(&mut self.is_unsorted) {
            self.removed_items.sort_unstable();
        }
        if let [first, rest @ ..] = steps
            && let Some(child) = self.children.get_mut(first)
        {
            child.sort_items(rest);
        }
    }

    /// True where an entry at, above or below the path was reported. `steps` lead through the file.
    pub(super) fn contains(&self, steps: &[PathSegment]) -> bool {
        if self.is_removed || self.is_garbled {
            return true;
        }
        match steps {
            [] => self.has_removed,
            [first, rest @ ..] => self.children.get(first).is_some_and(|child| child.contains(rest)),
        }
    }

    /// True where an entry at or above the path of keys was reported.
    pub(super) fn contains_key_path(&self, keys: &[&str]) -> bool {
        if self.is_removed || self.is_garbled {
            return true;
        }
        let [first, rest @ ..] = keys else { return false };
        self.children.get(&PathSegment::Key((*first).to_owned())).is_some_and(|child| child.contains_key_path(rest))
    }

    /// The path in the file of what `steps` lead to in the tree: removed items count again.
    pub(super) fn original_path(&self, steps: &[PathSegment]) -> Vec<PathSegment> {
        let mut node = Some(self);
        let mut path = Vec::with_capacity(steps.len());
        for step in steps {
            let step = match (step, node) {
                (PathSegment::Item(index), Some(list)) => PathSegment::Item(list.original_index(*index)),
                (PathSegment::Item(_), None) | (PathSegment::Key(_), _) => step.clone(),
            };
            node = node.and_then(|node| node.children.get(&step));
            path.push(step);
        }
        path
    }

    fn original_index(&self, index: usize) -> usize {
        // Before the removed item at `at` stand `removed_items[at] - at` items that are left.
        let (mut low, mut high) = (0, self.removed_items.len());
        while low < high {
            let middle = low.midpoint(high);
            let left_before = self.removed_items.get(middle).map_or(0, |gone| gone.saturating_sub(middle));
            if left_before <= index { low = middle + 1 } else { high = middle }
        }
        index + low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(list: &str, index: usize) -> Vec<PathSegment> {
        vec![PathSegment::Key(list.to_owned()), PathSegment::Item(index)]
    }

    #[test]
    fn items_keep_their_numbers_whatever_is_removed() {
        let mut entries = InvalidEntries::default();
        let mut left: Vec<usize> = (0..20).collect();
        for batch in [vec![3, 4, 9], vec![0, 5, 14], vec![2], vec![7, 10]] {
            let paths: Vec<Vec<PathSegment>> = batch.iter().map(|index| item("a", *index)).collect();
            entries.extend(&paths, FaultKind::Removed);
            for index in batch.iter().rev() {
                left.remove(*index);
            }
            for (index, original) in left.iter().enumerate() {
                assert_eq!(entries.original_path(&item("a", index)), item("a", *original));
                assert!(!entries.contains(&item("a", *original)));
            }
        }
        assert_eq!(entries.original_path(&item("b", 5)), item("b", 5));
    }

    #[test]
    fn an_entry_hides_what_is_in_it_and_around_it() {
        let key = |path: &[&str]| path.iter().map(|key| PathSegment::Key((*key).to_owned())).collect::<Vec<_>>();
        let mut entries = InvalidEntries::default();
        entries.extend(&[key(&["a", "b"])], FaultKind::Removed);
        entries.extend(&[key(&["c", "d"])], FaultKind::Garbled);
        assert!(entries.contains(&key(&["a"])) && entries.contains(&key(&["a", "b", "x"])));
        assert!(!entries.contains(&key(&["a", "x"])));
        assert!(!entries.contains(&key(&["c"])) && entries.contains(&key(&["c", "d", "x"])));
        assert!(entries.contains_key_path(&["a", "b", "x"]) && !entries.contains_key_path(&["a"]));
    }
}
