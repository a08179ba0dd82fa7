-- No release begins. One that is in progress goes on.
obj.spec.suspend = true
return obj
