//! Room for a task: capacity, hosts, network interfaces.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::NoCapacity,
        &[
            r"capacity is (currently )?(un|not )available",
            r"(insufficient|not enough|lacks?|no|out of|sufficient|without|exhausted) (available |remaining |free |spare |[a-z0-9.]+ )?(capacity|room|resources|hosts)",
            r"insufficient (cpu|memory|gpu|disk|storage|eni|port|ip|free|address|units|network)",
            r"service_task_placement_failure|resource:(cpu|memory|gpu|eni|port|ports|fargate|disk|disk_?space|capacity|neuron|elasticinference|ip)",
            r"no (container|ec2|running|active|healthy|registered|eligible) ?(container )?instances? ",
            r"no (container )?instances? (were |was )?(found|met|available|registered)",
            r"(closest|best) matching .{0,80}(insufficient|already using a port|already in use|not enough)",
            r"unable to place (a |the |\d+ )?tasks?",
            r"insufficient[_ ]subnet|no (free|available|more|remaining) (ip|private ip|addresses|enis?|network interfaces)|(has|have) (no|insufficient|not enough) (free |available )?(ip )?address",
            r"(free|available) (ip )?addresses|address(es)? (are |is )?exhausted",
            r"capacity (provider|reservation).{0,40}(no |not enough|unavailable|insufficient)",
            r"(spot|fargate|instance) (pool )?capacity",
            r"requested (instance type|capacity|number of).{0,40}(not (currently )?available|exceed|unavailable)",
            r"currently (do not|don't) have (sufficient|enough)",
            r"could not (find|allocate|provision|launch) .{0,40}(capacity|host|eni|network interface)",
            r"fail(ed|ure) to (launch|scale|provision) .{0,40}(capacity|instances)",
            r"(while|error|timed out|timeout|failed|failure) .{0,20}(preparing|provisioning|attaching|creating|allocating|waiting for) .{0,20}(network interface|\beni\b)",
        ],
    ),
    (
        Signal::HostLost,
        &[
            r"spot (task|instance|request|capacity)?.{0,20}(interrupt|reclaim|terminat)|spotinterruption|spot interruption",
            r"(host|underlying|instance|node|container instance).{0,60}(terminated|terminating|was lost|stopped|failed|failure|rebooted|retired|retirement|disconnected|impaired|decommission)",
            r"container instance .{0,30}(deregist|drain)|instance .{0,40}deregistration",
            r"terminationnotice|scheduled for (retirement|maintenance|replacement)|task retirement|host maintenance",
            r"agent (is |was |has )?(not connected|disconnected|lost|unresponsive)|(lost|no) connection (to|with) the (ecs )?agent|agent disconnect|^agent$",
            r"(hardware|host) (failure|degradation|degraded|fault)|resource:agent|reason agent\b",
            r"(deleted|removed|evicted).{0,30}(node|host|underlying)|infrastructure (issue|failure|maintenance)",
        ],
    ),
    (
        Signal::MissingAttribute,
        &[
            r"missing an? (required )?attribute|(attribute|constraint)s? .{0,30}(required|not (met|satisf)|missing)|reason:? ?attribute|resource:attribute|placement constraint",
            r"not (met|satisf\w+) .{0,20}(placement )?constraint",
        ],
    ),
    (Signal::TasksProtected, &[r"protected tasks|under protection|task (scale-in )?protection|scale-in protection"]),
];
