-- Approves whatever waits for a person now: what was approved before stays.
local approvals, known = {}, {}
for _, word in ipairs(obj.spec.approvals or {}) do
  table.insert(approvals, word)
  known[word] = true
end
for _, gate in ipairs((obj.status or {}).gates or {}) do
  local waits_for_a_person = gate.kind == "Ready" or gate.kind == "Approval" or gate.kind == "Alarm"
  if gate.state == "Waiting" and waits_for_a_person and not known[gate.name] then
    table.insert(approvals, gate.name)
    known[gate.name] = true
  end
end
obj.spec.approvals = approvals
return obj
