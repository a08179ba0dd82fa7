//! How many reconciles are at work at a time, and whose turn it is: namespaces take turns, whoever has how many.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A number of slots.
pub struct Slots(Arc<Mutex<State>>);

/// One of them. It is given back when this is dropped.
pub struct Slot {
    state: Arc<Mutex<State>>,
    namespace: String,
}

struct State {
    free: usize,
    /// How many of them one namespace may have.
    share: usize,
    taken: HashMap<String, usize>,
    waiting: BTreeMap<String, VecDeque<oneshot::Sender<()>>>,
    /// The namespace whose turn came last.
    last: String,
}

impl Slots {
    /// So many, of which one namespace has at most a share: calls of one that hang must not hold up the others.
    pub fn new(count: usize, share: usize) -> Self {
        let state = State { free: count, share, taken: HashMap::new(), waiting: BTreeMap::new(), last: String::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// So many, a quarter of which is out of the reach of any one namespace.
    pub fn shared_fairly(count: usize) -> Self {
        Self::new(count, count - count / 4)
    }

    /// Waits for a slot. Whoever stops waiting is passed over.
    pub async fn acquire(&self, namespace: &str) -> Slot {
        let (sender, granted) = oneshot::channel();
        {
            let mut state = lock(&self.0);
            state.waiting.entry(namespace.to_owned()).or_default().push_back(sender);
            state.grant();
        }
        let mut place = Place { state: Some(Arc::clone(&self.0)), namespace: namespace.to_owned(), granted };
        // The sender is dropped only with the state.
        let _ = (&mut place.granted).await;
        place.state = None;
        Slot { state: Arc::clone(&self.0), namespace: namespace.to_owned() }
    }
}

/// A place in the queue: one that is given up just as it is granted gives the slot back.
struct Place {
    state: Option<Arc<Mutex<State>>>,
    namespace: String,
    granted: oneshot::Receiver<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            let mut state = lock(&state);
            self.granted.close();
            if self.granted.try_recv().is_ok() {
                state.give_back(&self.namespace);
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.state).give_back(&self.namespace);
    }
}

impl State {
    fn give_back(&mut self, namespace: &str) {
        self.free += 1;
        if let Some(taken) = self.taken.get_mut(namespace) {
            *taken -= 1;
            if *taken == 0 {
                self.taken.remove(namespace);
            }
        }
        self.grant();
    }

    /// Gives what is free to the namespaces in turn.
    fn grant(&mut self) {
        while self.free > 0 {
            let Some(namespace) = self.next() else { return };
            let Some(queue) = self.waiting.get_mut(&namespace) else { return };
            let sender = queue.pop_front();
            if queue.is_empty() {
                self.waiting.remove(&namespace);
            }
            if sender.is_some_and(|sender| sender.send(()).is_ok()) {
                self.free -= 1;
                *self.taken.entry(namespace.clone()).or_default() += 1;
                self.last = namespace;
            }
        }
    }

    /// The namespace after the last one that has not all of its share.
    fn next(&self) -> Option<String> {
        let may = |namespace: &&String| self.taken.get(*namespace).copied().unwrap_or(0) < self.share;
        let after = self.waiting.keys().filter(|namespace| **namespace > self.last);
        after.chain(self.waiting.keys()).find(may).cloned()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn namespaces_take_turns_and_none_has_them_all() {
        let slots = Slots::shared_fairly(4);
        let mut held: Vec<Slot> = (0..3).filter_map(|_| slots.acquire("many").now_or_never()).collect();
        assert_eq!(held.len(), 3);
        assert!(slots.acquire("many").now_or_never().is_none(), "one of four is for others");
        let other = slots.acquire("other").now_or_never();
        assert!(other.is_some());
        // Two of the many ask before the one of the few, and one of them is served before it.
        let mut first = Box::pin(slots.acquire("many"));
        let mut second = Box::pin(slots.acquire("many"));
        let mut few = Box::pin(slots.acquire("few"));
        assert!([&mut first, &mut second, &mut few].into_iter().all(|it| it.now_or_never().is_none()));
        drop(held.pop());
        drop(held.pop());
        assert!(few.as_mut().now_or_never().is_some(), "it is the turn of the few");
        assert!(first.as_mut().now_or_never().is_some() || second.as_mut().now_or_never().is_some());
    }

    #[tokio::test]
    async fn whoever_stops_waiting_takes_no_slot() {
        let slots = Slots::shared_fairly(1);
        let held = slots.acquire("a").now_or_never();
        let mut waits = Box::pin(slots.acquire("b"));
        assert!(waits.as_mut().now_or_never().is_none());
        let mut granted = Box::pin(slots.acquire("c"));
        assert!(granted.as_mut().now_or_never().is_none());
        drop(waits);
        drop(held);
        // It was granted to the third one, who gives up before it looks.
        drop(granted);
        assert!(slots.acquire("d").now_or_never().is_some());
    }
}
