//! The objects of one kind, as a watch tells of them.

use std::collections::BTreeMap;

use kube::ResourceExt;
use kube::runtime::watcher::Event;

/// The objects of one kind, by their names.
#[derive(Clone, Debug)]
pub struct Store<K> {
    objects: BTreeMap<String, K>,
    /// What a list that is not complete has told so far. What was known stays until it is.
    listed: Option<BTreeMap<String, K>>,
    is_complete: bool,
}

impl<K> Default for Store<K> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), listed: None, is_complete: false }
    }
}

impl<K: ResourceExt + Clone> Store<K> {
    /// What was read before the first list.
    pub fn seed(&mut self, object: K) {
        self.objects.insert(object.name_any(), object);
    }

    /// Takes in what the watch tells.
    pub fn learn(&mut self, event: Event<K>) {
        match event {
            Event::Init => self.listed = Some(BTreeMap::new()),
            Event::InitApply(object) => {
                self.listed.get_or_insert_default().insert(object.name_any(), object);
            }
            Event::InitDone => {
                self.objects = self.listed.take().unwrap_or_default();
                self.is_complete = true;
            }
            Event::Apply(object) => self.seed(object),
            Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
        }
    }

    /// Whether a list has told all of them.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// All of them, in the order of their names.
    #[must_use]
    pub fn all(&self) -> Vec<K> {
        self.objects.values().cloned().collect()
    }

    /// The one of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&K> {
        self.objects.get(name)
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use serde_json::json;

    use super::*;

    fn named(name: &str) -> ConfigMap {
        serde_json::from_value(json!({"metadata": {"name": name}})).unwrap()
    }

    #[test]
    fn what_was_known_stays_until_a_list_is_complete_and_goes_where_it_is_not_in_it() {
        let mut store = Store::default();
        store.seed(named("first"));
        let names = |store: &Store<ConfigMap>| store.all().iter().map(ResourceExt::name_any).collect::<Vec<_>>();
        store.learn(Event::Init);
        store.learn(Event::InitApply(named("b")));
        assert_eq!((names(&store), store.is_complete()), (vec!["first".to_owned()], false));
        store.learn(Event::InitDone);
        assert_eq!((names(&store), store.is_complete()), (vec!["b".to_owned()], true));
        store.learn(Event::Apply(named("a")));
        store.learn(Event::Delete(named("b")));
        assert_eq!(names(&store), ["a"]);
        assert!(store.named("a").is_some() && store.named("b").is_none());
    }
}
