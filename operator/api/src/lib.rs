//! Custom resources of Sluice: Application, DeploymentGroup, Deployment, DeploymentConfig and
//! AwsBinding, with the newtypes and the vocabulary that users see.
//!
//! This crate knows no client, no async runtime and no clock. It is what `kubectl explain` shows.

mod alarm_status;
mod application;
mod approval;
mod arn;
mod asked_status;
mod aws_binding;
mod condition;
mod deployment;
mod deployment_config;
mod deployment_group;
mod deployment_overrides;
mod deployment_status;
mod drift_status;
mod duration;
mod failure;
mod gate_status;
mod hook_host;
mod hook_status;
mod hook_url;
mod hook_words;
mod images;
mod input_rules;
mod intent;
mod message;
mod multi;
mod names;
mod pipeline;
mod position_status;
mod probe_status;
mod probe_target;
mod promotion;
mod revision;
mod share;
mod share_rules;
mod source;
mod succession;
mod summary;
mod task_set_scaling;
mod task_set_status;
mod trigger;
mod vocabulary;
pub mod well_formed;

pub use alarm_status::{AlarmState, AlarmStatus};
pub use application::{
    Application, ApplicationGroup, ApplicationSpec, ApplicationStatus, ApplicationSummary, ComputePlatform, GroupWait,
};
pub use approval::{Approval, ApprovalTimeout};
pub use arn::{Arn, InvalidArn, LoadBalancerKind, matches_pattern};
pub use asked_status::{AskedAnswer, AskedField, AskedStatus};
pub use aws_binding::{AwsBinding, AwsBindingSpec, BindingIdentity};
pub use condition::{ConditionType, Reason, UNSEEN, cause_of, set_condition, sorted_conditions, status_of};
pub use deployment::{Deployment, DeploymentSpec, Stop};
pub use deployment_config::{AllAtOnce, Canary, DeploymentConfig, DeploymentConfigSpec, Linear, Step, TrafficShift};
pub use deployment_group::{
    Adoption, AlarmAtStart, Alarms, AssignPublicIp, AwsLocation, Capacity, CapacityProviderStrategyItem, Concurrency,
    ConfigReference, Container, Day, DeploymentGroup, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentRecord,
    DriftPolicy, EcsService, FreeForm, GroupSummary, HeadersFrom, Hook, HookContainer, HookContainerSecurityContext,
    HookEmptyFolder, HookJobSpec, HookJobTemplate, HookPodMetadata, HookPodSecurityContext, HookPodSpec,
    HookPodTemplate, HookPullPolicy, HookResources, HookRestartPolicy, HookSecretVolume, HookStep, HookVariable,
    HookVariableSource, HookVolume, HookVolumeMount, HttpHook, HttpProbe, InsufficientData, JobHook, KeyReference,
    LambdaHook, LastRequest, LaunchType, LoadBalancer, NameReference, NetworkConfiguration, OnAlarm, OnHookFailure,
    OnOriginalDown, ProbeExpectation, ProductionRoute, ReadyTimeout, ReadyWait, ResourceClaim, RetryPolicy,
    RouteWeights, RuntimeHealth, SecretReference, ServiceRegistry, ServiceStatus, SoakStatus, Tag, TaskSetTemplate,
    TestRoute, UnreadableAlarm, Window, WindowSchedule,
};
pub use deployment_overrides::{Inherited, Overrides, PromotionOverride, WindowsOverride};
pub use deployment_status::{DeploymentStatus, LifecycleEvent, Rollback, StepState, StepStatus, Traffic};
pub use drift_status::{DriftKind, DriftState, DriftStatus, RepairRecord};
pub use duration::{Duration, InvalidDuration};
pub use failure::Failure;
pub use gate_status::{GateKind, GateState, GateStatus, GateTimeout};
pub use hook_host::{AddressBlock, AllowedHookHost, InvalidAddressBlock, ListedUrl};
pub use hook_status::HookStatus;
pub use hook_url::{HTTPS_PORT, HookUrl, InvalidHookUrl, URL_LIMIT, is_host_name};
pub use hook_words::{HookEvent, HookState};
pub use images::Images;
pub use intent::{Intent, IntentOperation};
pub use message::{MESSAGE_LIMIT, blanked, bounded_message};
pub use multi::{Multi, MultiStatus, SiblingRef};
pub use names::{FINALIZER, GROUP, GROUP_LABEL, SEQUENCE_LABEL, VERSION};
pub use pipeline::{BuiltShape, DeployShape, PipelineState, PipelineStatus, PipelineStep, PipelineStepName, Reported};
pub use position_status::PositionStatus;
pub use probe_status::{ProbeAddress, ProbeProtocol, ProbeState, ProbeStatus};
pub use probe_target::ProbeTarget;
pub use promotion::{Promotion, PromotionStage};
pub use revision::Revision;
pub use share::{InvalidShare, Share};
pub use source::{Scan, Source};
pub use succession::{ReadyToBegin, Supersedes};
pub use summary::Summary;
pub use task_set_scaling::TaskSetScaling;
pub use task_set_status::TaskSetStatus;
pub use trigger::{ReleaseTrigger, RollbackTrigger};
pub use vocabulary::{
    FailureCategory, FailureCode, FailureStage, Health, LifecycleEventName, LifecycleEventStatus, Phase, State,
    StatusWord,
};
