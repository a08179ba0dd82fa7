//! A copy of every object of a kind, kept by one watch and never older than our own last write.
//!
//! What a write answers is put into the copy at once, so that the next reconcile reads it whether or not the watch has
//! shown it yet. Events that are older than that are let go. Both are told apart by the resourceVersion, which counts up
//! through all writes of a kind.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use kube::runtime::reflector::store::Writer;
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::watcher::Event;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};

use super::changes::Changes;
use super::kept::Kept;
use crate::metrics::Metrics;

/// How many objects are asked for at a time when a watch begins. An object can have 1.5 MB, most of which is let go as
/// soon as it is read.
const PAGE: u32 = 20;

/// A copy of every object of a kind.
pub struct Copies<K: Kept> {
    /// The Kubernetes API.
    pub(super) client: Client,
    /// Counts what is written.
    pub(super) metrics: Metrics,
    store: Store<K>,
    feed: Mutex<Feed<K>>,
    changes: Changes,
}

/// What puts objects into a copy.
struct Feed<K: Kept> {
    writer: Writer<K>,
    index: HashMap<String, HashSet<ObjectRef<K>>>,
    /// Our own writes that the watch has not shown yet.
    own: HashMap<ObjectRef<K>, OwnWrite<K>>,
    /// The newest version that the watch has shown. It shows them in their order, so that it has shown all before it.
    seen: u64,
}

struct OwnWrite<K> {
    object: Arc<K>,
    /// Whether it was answered before the list in progress was asked for, which therefore has it if it still exists.
    before_list: bool,
}

impl<K: Kept> Copies<K> {
    /// A copy that is empty until it is filled. Whatever changes in it is told to `changes`.
    pub fn new(client: Client, metrics: Metrics, changes: Changes) -> Arc<Self> {
        let writer = Writer::new(());
        let store = writer.as_reader();
        let feed = Feed { writer, index: HashMap::new(), own: HashMap::new(), seen: 0 };
        Arc::new(Self { client, metrics, store, feed: Mutex::new(feed), changes })
    }

    /// Watches in the background from now on, and waits until the copy has been filled once.
    pub async fn fill(self: &Arc<Self>, api: Api<K>, config: watcher::Config) {
        let copies = Arc::clone(self);
        let events = watcher(api, config.page_size(PAGE)).default_backoff();
        tokio::spawn(events.for_each(move |result| {
            match result {
                Ok(event) => copies.take(event),
                Err(error) => tracing::warn!(%error, kind = %K::kind(&()), "failed to watch; trying again"),
            }
            std::future::ready(())
        }));
        if self.store.wait_until_ready().await.is_err() {
            tracing::warn!(kind = %K::kind(&()), "a watch ended before it was filled");
        }
    }

    /// The copy as controllers read it.
    pub fn store(&self) -> Store<K> {
        self.store.clone()
    }

    /// One object.
    pub fn get(&self, reference: &ObjectRef<K>) -> Option<Arc<K>> {
        self.store.get(reference)
    }

    /// The objects that have this key, in the order of their names.
    pub fn by_key(&self, key: &str) -> Vec<Arc<K>> {
        let references: Vec<ObjectRef<K>> =
            self.lock().index.get(key).map(|known| known.iter().cloned().collect()).unwrap_or_default();
        let mut objects: Vec<Arc<K>> = references.iter().filter_map(|reference| self.store.get(reference)).collect();
        objects.sort_by_key(|object| (object.namespace(), object.name_any()));
        objects
    }

    /// Takes in what the API server answered to a write or a read of ours.
    pub fn learn(&self, mut object: K) {
        object.trim();
        let mut feed = self.lock();
        let version = version(&object);
        // The watch has shown this version, and may have shown newer ones, or the end.
        if version != 0 && version <= feed.seen {
            return;
        }
        let reference = ObjectRef::from_obj(&object);
        if let Some(new) = self.put(&mut feed, object) {
            feed.own.insert(reference, OwnWrite { object: new, before_list: false });
        }
    }

    /// Lets go of an object that the API server does not know any more.
    pub fn forget(&self, object: &K) {
        let mut feed = self.lock();
        let reference = ObjectRef::from_obj(object);
        if self.store.get(&reference).is_some_and(|known| known.uid() == object.uid()) {
            self.remove(&mut feed, &reference, object);
        }
    }

    fn take(&self, event: Event<K>) {
        let mut feed = self.lock();
        match event {
            Event::Init => {
                feed.own.values_mut().for_each(|own| own.before_list = true);
                feed.writer.apply_watcher_event(&Event::Init);
            }
            Event::InitApply(mut object) => {
                object.trim();
                feed.seen = feed.seen.max(version(&object));
                feed.writer.apply_watcher_event(&Event::InitApply(object));
            }
            Event::InitDone => self.listed(&mut feed),
            Event::Apply(mut object) => {
                object.trim();
                feed.seen = feed.seen.max(version(&object));
                let reference = ObjectRef::from_obj(&object);
                if self.put(&mut feed, object).is_some() {
                    feed.own.remove(&reference);
                }
            }
            Event::Delete(object) => {
                feed.seen = feed.seen.max(version(&object));
                let reference = ObjectRef::from_obj(&object);
                if self.store.get(&reference).is_some_and(|known| version(&*known) <= version(&object)) {
                    self.remove(&mut feed, &reference, &object);
                }
            }
        }
    }

    /// A list is complete: it takes the place of the copy, but for our own writes since it was asked for.
    fn listed(&self, feed: &mut Feed<K>) {
        let before: HashMap<ObjectRef<K>, Arc<K>> =
            self.store.state().into_iter().map(|object| (ObjectRef::from_obj(&*object), object)).collect();
        feed.writer.apply_watcher_event(&Event::InitDone);
        feed.own.retain(|_, own| !own.before_list);
        for (reference, own) in &feed.own {
            if self.store.get(reference).is_none_or(|listed| version(&*listed) < version(&*own.object)) {
                feed.writer.apply_watcher_event(&Event::Apply((*own.object).clone()));
            }
        }
        feed.index.clear();
        let after = self.store.state();
        for object in &after {
            feed.enter(object);
        }
        let mut gone = before;
        for new in after {
            let old = gone.remove(&ObjectRef::from_obj(&*new));
            if old.as_ref().is_none_or(|old| version(&**old) != version(&*new)) {
                self.changes.tell(K::change(old, Some(new)));
            }
        }
        for old in gone.into_values() {
            self.changes.tell(K::change(Some(old), None));
        }
    }

    /// Puts an object into the copy unless it is older than what is there.
    fn put(&self, feed: &mut Feed<K>, object: K) -> Option<Arc<K>> {
        let reference = ObjectRef::from_obj(&object);
        let old = self.store.get(&reference);
        if old.as_ref().is_some_and(|old| version(&object) < version(&**old)) {
            return None;
        }
        if let Some(old) = &old {
            feed.leave(old);
        }
        feed.enter(&object);
        feed.writer.apply_watcher_event(&Event::Apply(object));
        let new = self.store.get(&reference)?;
        self.changes.tell(K::change(old, Some(Arc::clone(&new))));
        Some(new)
    }

    fn remove(&self, feed: &mut Feed<K>, reference: &ObjectRef<K>, object: &K) {
        let old = self.store.get(reference);
        if let Some(old) = &old {
            feed.leave(old);
        }
        feed.own.remove(reference);
        feed.writer.apply_watcher_event(&Event::Delete(object.clone()));
        self.changes.tell(K::change(old, None));
    }

    fn lock(&self) -> MutexGuard<'_, Feed<K>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Kept> Feed<K> {
    fn enter(&mut self, object: &K) {
        for key in object.keys() {
            self.index.entry(key).or_default().insert(ObjectRef::from_obj(object));
        }
    }

    fn leave(&mut self, object: &K) {
        let reference = ObjectRef::from_obj(object);
        for key in object.keys() {
            if let Some(known) = self.index.get_mut(&key) {
                known.remove(&reference);
                if known.is_empty() {
                    self.index.remove(&key);
                }
            }
        }
    }
}

/// The resourceVersion as the number that it is.
fn version<K: Kept>(object: &K) -> u64 {
    object.meta().resource_version.as_deref().and_then(|version| version.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
#[path = "copies_tests.rs"]
mod tests;
