//! Who is to be reconciled when something changes that is not their own: what waits for an object waits for its event.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kube::runtime::reflector::ObjectRef;
use sluice_api::{Application, Deployment, DeploymentGroup};

/// An object that is reconciled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dependent {
    /// A Deployment.
    Deployment(ObjectRef<Deployment>),
    /// A DeploymentGroup.
    Group(ObjectRef<DeploymentGroup>),
    /// An Application.
    Application(ObjectRef<Application>),
}

/// What others depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// The AwsBinding of this name.
    Binding(String),
    /// The DeploymentConfig of this name.
    Config(String),
    /// The labels of this namespace.
    Namespace(String),
    /// The spec of an Application, by namespace and name.
    Application(String, String),
    /// How the groups of an Application stand, by its namespace and name.
    Groups(String, String),
    /// The spec of a DeploymentGroup, by namespace and name.
    Group(String, String),
    /// Who has a service, a route or a target group, and whose turn it is: a key of [`crate::kubernetes::kept::claims`].
    Claim(String),
}

/// Who depends on what.
#[derive(Debug, Default)]
pub struct Dependents(Mutex<Tables>);

/// Dependencies are kept as hashes: two that fall together only wake somebody for nothing.
#[derive(Debug, Default)]
struct Tables {
    dependents: HashMap<u64, HashSet<Dependent>>,
    dependencies: HashMap<Dependent, Vec<u64>>,
}

impl Dependents {
    /// From now on the dependent is woken by a change of these, and of nothing that was named before. It is to be called
    /// before any of them is looked at, so that no change is missed in between.
    pub fn set(&self, dependent: &Dependent, dependencies: &[Dependency]) {
        let mut tables = self.lock();
        tables.clear(dependent);
        let hashes: Vec<u64> = dependencies.iter().map(hash).collect();
        for hash in &hashes {
            tables.dependents.entry(*hash).or_default().insert(dependent.clone());
        }
        if !hashes.is_empty() {
            tables.dependencies.insert(dependent.clone(), hashes);
        }
    }

    /// Who is to be woken by a change of this.
    pub fn of(&self, dependency: &Dependency) -> Vec<Dependent> {
        self.lock().dependents.get(&hash(dependency)).map(|known| known.iter().cloned().collect()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn clear(&mut self, dependent: &Dependent) {
        for hash in self.dependencies.remove(dependent).unwrap_or_default() {
            if let Some(known) = self.dependents.get_mut(&hash) {
                known.remove(dependent);
                if known.is_empty() {
                    self.dependents.remove(&hash);
                }
            }
        }
    }
}

fn hash(dependency: &Dependency) -> u64 {
    let mut hasher = DefaultHasher::new();
    dependency.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_woken_by_what_it_named_last() {
        let dependents = Dependents::default();
        let [a, b] = ["a", "b"].map(|name| Dependent::Group(ObjectRef::new(name).within("shop")));
        let [one, two] = ["one", "two"].map(|name| Dependency::Binding(name.to_owned()));
        dependents.set(&a, &[one.clone(), two.clone()]);
        dependents.set(&b, std::slice::from_ref(&two));
        assert_eq!((dependents.of(&one), dependents.of(&two).len()), (vec![a.clone()], 2));
        dependents.set(&a, std::slice::from_ref(&one));
        assert_eq!((dependents.of(&one), dependents.of(&two)), (vec![a.clone()], vec![b.clone()]));
        dependents.set(&a, &[]);
        dependents.set(&b, &[]);
        let tables = dependents.lock();
        assert!(tables.dependents.is_empty() && tables.dependencies.is_empty(), "nothing is kept of who is gone");
    }
}
