#!/bin/sh
# As in the image on Docker Hub: a file is the configuration to serve, anything else a command of the registry.
if [ -f "$1" ]; then
    exec docker-registry serve "$@"
fi
exec docker-registry "$@"
