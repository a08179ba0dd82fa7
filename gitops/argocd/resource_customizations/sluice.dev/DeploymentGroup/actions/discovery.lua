-- What can be done to a DeploymentGroup. What is done to a release in progress is done to its Deployment.
local status = obj.status or {}
local is_free = status.current == nil and #(status.queue or {}) == 0
return {
  ["suspend"] = {["disabled"] = obj.spec.suspend == true},
  ["resume"] = {["disabled"] = obj.spec.suspend ~= true},
  ["retry"] = {["disabled"] = status.heldRevision == nil or not is_free},
}
