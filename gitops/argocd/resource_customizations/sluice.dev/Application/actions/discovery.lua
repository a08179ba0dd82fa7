-- What can be done to an Application: no release begins in any of its groups while it is suspended.
return {
  ["suspend"] = {["disabled"] = obj.spec.suspend == true},
  ["resume"] = {["disabled"] = obj.spec.suspend ~= true},
}
