-- A Deployment of the revision that is held. Its name is made from that of the last one, so that this one is tried again
-- once, whoever clicks how often.
local status = obj.status or {}
local last = (status.history or {})[1] or {}
local deployment = {
  apiVersion = obj.apiVersion,
  kind = "Deployment",
  metadata = {
    name = (last.deployment or obj.metadata.name) .. "-retry",
    namespace = obj.metadata.namespace,
    ownerReferences = {{
      apiVersion = obj.apiVersion,
      kind = obj.kind,
      name = obj.metadata.name,
      uid = obj.metadata.uid,
      controller = true,
      blockOwnerDeletion = true,
    }},
  },
  spec = {
    groupRef = obj.metadata.name,
    revision = {taskDefinition = status.heldRevision},
  },
}
return {{operation = "create", resource = deployment}}
