//! What changed in the copies, one after the other.

use std::sync::Arc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use k8s_openapi::api::core::v1::Namespace;
use kube::Resource;
use kube::core::PartialObjectMeta;
use sluice_api::{Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup};

/// An object before and after a change; none where it was not there.
#[derive(Clone, Debug)]
pub struct Diff<K> {
    /// Before.
    pub old: Option<Arc<K>>,
    /// After.
    pub new: Option<Arc<K>>,
}

/// A change in one of the copies.
#[derive(Clone, Debug)]
pub enum Change {
    /// Of a Deployment.
    Deployment(Diff<Deployment>),
    /// Of a DeploymentGroup.
    Group(Diff<DeploymentGroup>),
    /// Of an Application.
    Application(Diff<Application>),
    /// Of an AwsBinding.
    Binding(Diff<AwsBinding>),
    /// Of a DeploymentConfig.
    Config(Diff<DeploymentConfig>),
    /// Of a namespace.
    Namespace(Diff<PartialObjectMeta<Namespace>>),
}

/// Where changes are told.
#[derive(Clone)]
pub struct Changes(UnboundedSender<Change>);

impl Changes {
    /// Where changes are told, and where they are heard.
    #[must_use]
    pub fn new() -> (Self, UnboundedReceiver<Change>) {
        let (sender, receiver) = unbounded();
        (Self(sender), receiver)
    }

    /// Tells of one.
    pub fn tell(&self, change: Change) {
        // Nobody hears it any more when the program ends.
        let _ = self.0.unbounded_send(change);
    }
}

impl<K: Resource> Diff<K> {
    /// The object as it is, or as it was last.
    pub fn object(&self) -> Option<&Arc<K>> {
        self.new.as_ref().or(self.old.as_ref())
    }

    /// Whether a part of the object is another one now, or there is none any more.
    pub fn differs<T: PartialEq>(&self, part: impl Fn(&K) -> T) -> bool {
        self.old.as_deref().map(&part) != self.new.as_deref().map(&part)
    }

    /// The same of a part that is not worth a copy.
    pub fn differs_in<T: PartialEq>(&self, part: impl Fn(&K) -> &T) -> bool {
        self.old.as_deref().map(&part) != self.new.as_deref().map(&part)
    }

    /// Whether what was asked for is another thing now: the object is new, gone, made anew, edited, or is to go.
    pub fn is_asked_anew(&self) -> bool {
        self.differs(|object| {
            let metadata = object.meta();
            (metadata.uid.clone(), metadata.generation, metadata.deletion_timestamp.is_some())
        })
    }
}
