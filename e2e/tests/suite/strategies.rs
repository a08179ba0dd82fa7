//! Each way to move traffic, to success.

use serde_json::json;
use sluice_e2e::manifests::with;
use sluice_e2e::world::World;

#[test]
fn a_linear_release_succeeds() {
    let world = World::new();
    let linear = json!({"linear": {"percentage": 40, "interval": "1s"}});
    world.release("shop:42", &with(world.group(), "/deploymentConfig", linear));
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}
