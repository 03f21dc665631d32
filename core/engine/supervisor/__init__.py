"""An engine kept alive, whatever its kind: started, checked, watched, let go, ended with all that it started."""
