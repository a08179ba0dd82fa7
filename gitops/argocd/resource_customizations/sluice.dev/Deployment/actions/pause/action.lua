-- Traffic stays where it is. A failing replacement is rolled back all the same.
obj.spec.paused = true
return obj
