"""The engines of a library: what can run here, what a front end may offer, and the jobs that set it up."""
