"""Pages as files: what they hold, and the steps that they embed."""
