-- Health of Sluice's Application, DeploymentGroup and Deployment, by their conditions. The three kinds have the same script.
local function health(status, message)
  return {status = status, message = message or ""}
end

local status = obj.status or {}
-- A status of another generation, or none, says nothing of what is asked for now.
if status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "waiting for the operator to look at it")
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function stands(kind)
  return conditions[kind] ~= nil and conditions[kind].status == "True"
end
local ready = conditions.Ready or {}
local message = ready.message or status.message

if stands("Stalled") then
  return health("Degraded", message)
end

-- It waits for a person.
local word = (status.summary or {}).status
if word == "Paused" or word == "Waiting" or ready.reason == "Suspended" then
  return health("Suspended", message)
end
if not stands("Ready") then
  return health("Progressing", message)
end
if status.phase == "degraded" or status.phase == "unreachable" then
  return health("Degraded", status.phase .. ": " .. (message or ""))
end
if obj.spec.suspend then
  return health("Suspended", message)
end
return health("Healthy", message)
