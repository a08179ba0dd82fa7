-- Ends the release, and returns all traffic. The field is written out: Argo CD would send an empty table as a list.
obj.spec.stop = {rollback = true}
return obj
