-- What can be done to a Deployment, by where it stands.
local spec, status = obj.spec, obj.status or {}
local has_begun = status.startedAt ~= nil
local has_ended = status.completedAt ~= nil
-- On its way back, or asked to go.
local goes_back = status.rollback ~= nil or spec.stop ~= nil
local goes_on = not has_ended and not goes_back

local approved = {}
for _, word in ipairs(spec.approvals or {}) do
  approved[word] = true
end
local can_approve, can_skip = false, false
for _, gate in ipairs(status.gates or {}) do
  if gate.state == "Waiting" then
    local kind = gate.kind
    if (kind == "Ready" or kind == "Approval" or kind == "Alarm") and not approved[gate.name] then
      can_approve = true
    end
    if kind == "Ready" or kind == "Approval" or kind == "Hold" or kind == "Bake" then
      can_skip = true
    end
  end
end

return {
  ["approve"] = {["disabled"] = not (goes_on and can_approve)},
  ["skip"] = {["disabled"] = not (goes_on and has_begun and can_skip)},
  ["promote"] = {["disabled"] = not (goes_on and has_begun) or spec.skipTo == "End"},
  ["pause"] = {["disabled"] = not goes_on or spec.paused == true},
  ["resume"] = {["disabled"] = has_ended or spec.paused ~= true},
  ["stop"] = {["disabled"] = not goes_on},
}
