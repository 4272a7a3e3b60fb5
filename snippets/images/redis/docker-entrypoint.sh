#!/bin/sh
# The image on Docker Hub has a longer script in this place. Both end by becoming the command.
exec "$@"
