-- Health of Sluice's Application, DeploymentGroup and Deployment for Argo CD, from their kstatus conditions.
-- docs/argocd.md tells how to install it.
local function health(status, message)
  return {status = status, message = message or ""}
end

local status = obj.status or {}
local generation = obj.metadata.generation or 0
if (status.observedGeneration or -1) < generation then
  return health("Progressing", "waiting for the operator to look at it")
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function is(kind)
  return conditions[kind] ~= nil and conditions[kind].status == "True"
end
local function message()
  local of = conditions.Stalled or conditions.Ready or {}
  return status.message or of.message
end

if is("Stalled") then
  return health("Degraded", message())
end
if is("Paused") or status.phase == "paused" then
  return health("Suspended", message())
end
if not is("Ready") then
  return health("Progressing", message())
end
if status.phase == "degraded" or status.phase == "unreachable" then
  return health("Degraded", status.phase .. ": " .. (message() or ""))
end
return health("Healthy", message())
