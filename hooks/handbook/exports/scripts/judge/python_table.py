"""What code with docker-py may use, as data: functions, methods with their keywords, attributes."""

from __future__ import annotations

import ast
import re

# Nothing but what is listed here may stand in the code of a page.
NODES = (
    ast.Add, ast.And, ast.Assign, ast.Attribute, ast.BinOp, ast.BoolOp, ast.Break, ast.Call, ast.Compare, ast.Constant,
    ast.Continue, ast.Dict, ast.DictComp, ast.Div, ast.Eq, ast.ExceptHandler, ast.Expr, ast.FloorDiv, ast.For,
    ast.FormattedValue, ast.GeneratorExp, ast.Gt, ast.GtE, ast.If, ast.IfExp, ast.Import, ast.ImportFrom, ast.In,
    ast.Is, ast.IsNot, ast.JoinedStr, ast.Lambda, ast.List, ast.ListComp, ast.Load, ast.Lt, ast.LtE, ast.Mod,
    ast.Module, ast.Mult, ast.Name, ast.Not, ast.NotEq, ast.NotIn, ast.Or, ast.Pass, ast.Pow, ast.Set, ast.SetComp,
    ast.Slice,
    ast.Store, ast.Sub, ast.Subscript, ast.Try, ast.Tuple, ast.USub, ast.UnaryOp, ast.While, ast.With, ast.alias,
    ast.arg, ast.arguments, ast.comprehension, ast.keyword, ast.withitem,
)  # fmt: skip
# Functions that are always there, with their keywords.
BUILTINS = {
    "any": "", "all": "", "bool": "", "dict": "", "enumerate": "start", "float": "", "int": "", "len": "", "list": "",
    "max": "key", "min": "key", "next": "", "print": "sep end", "range": "", "repr": "", "round": "", "set": "",
    "sorted": "key reverse", "str": "", "sum": "", "tuple": "", "zip": "",
}  # fmt: skip
EXCEPTIONS = frozenset(["Exception", "KeyError", "LookupError", "OSError", "StopIteration", "TypeError", "ValueError"])
# Functions and values of modules that change nothing, with their keywords.
HARMLESS = {
    "datetime.datetime": "", "datetime.timedelta": "days hours minutes seconds", "docker.__version__": None,
    "docker.from_env": "", "json.dumps": "indent sort_keys", "json.loads": "", "os.path.basename": "",
    "platform.release": "", "platform.system": "", "re.MULTILINE": None, "re.findall": "", "re.search": "",
    "re.sub": "",
    "requests.ConnectionError": None, "time.sleep": "", "urllib.error.URLError": None,
    "docker.types.RestartPolicy": "condition delay max_attempts window", "docker.types.ServiceMode": "mode replicas",
    "docker.types.RollbackConfig": "parallelism delay failure_action monitor order max_failure_ratio",
    "docker.types.UpdateConfig": "parallelism delay failure_action monitor order max_failure_ratio",
}  # fmt: skip
# Functions of modules that are looked at more closely.
CLOSER = frozenset(
    [
        "docker.DockerClient",
        "docker.types.LogConfig",
        "docker.types.Mount",
        "os.path.abspath",
        "os.path.exists",
        "os.path.isdir",
        "os.readlink",
        "pathlib.Path",
        "requests.get",
        "tarfile.open",
        "urllib.request.urlopen",
    ]
)
ERRORS = re.compile(r"docker\.errors\.[A-Z][A-Za-z]+")
COLLECTIONS = frozenset(["api", "containers", "images", "networks", "nodes", "services", "swarm", "volumes"])
_CONTAINER = (
    "auto_remove cap_add cap_drop command cpu_shares cpuset_cpus detach dns entrypoint environment extra_hosts"
    " healthcheck hostname image init labels links log_config mac_address mem_limit mem_reservation memswap_limit"
    " mounts name nano_cpus network network_mode networking_config no_such_flag pids_limit platform ports"
    " privileged publish_all_ports read_only restart_policy shm_size stdin_open stop_signal sysctls tmpfs tty user"
    " volumes volumes_from working_dir"
)
# Methods by the collection that they are of (objects have none), with their keywords.
METHODS = {
    "containers.run": f"{_CONTAINER} remove stderr stdout",
    "containers.create": _CONTAINER,
    "containers.get": "",
    "containers.list": "all filters ignore_removed limit since before",
    "containers.prune": "filters",
    "images.build": "buildargs dockerfile fileobj forcerm labels network_mode nocache path platform pull rm tag target",
    "images.get": "",
    "images.list": "all filters name",
    "images.prune": "filters",
    "images.pull": "all_tags platform repository tag",
    "images.push": "decode repository stream tag",
    "images.remove": "force image noprune",
    "networks.create": "attachable check_duplicate driver internal labels name",
    "networks.get": "",
    "networks.list": "filters names",
    "networks.prune": "filters",
    "nodes.list": "filters",
    "services.create": "args env image init labels mode name restart_policy rollback_config update_config",
    "services.get": "",
    "services.list": "filters",
    "swarm.init": "advertise_addr",
    "swarm.leave": "force",
    "volumes.create": "labels name",
    "volumes.get": "",
    "volumes.list": "filters",
    "volumes.prune": "filters",
    "api.containers": "all filters limit quiet size",
    "api.create_endpoint_config": "aliases ipv4_address links",
    "chmod": "",
    "attach": "logs stderr stdout",
    "commit": "author changes message repository tag",
    "connect": "aliases ipv4_address",
    "decode": "",
    "diff": "",
    "disconnect": "force",
    "exec_run": "cmd demux detach environment stderr stdout stream user workdir",
    "exists": "",
    "get": "",
    "getnames": "",
    "history": "",
    "info": "",
    "items": "",
    "join": "",
    "json": "",
    "keys": "",
    "kill": "signal",
    "login": "password registry username",
    "logs": "follow since stderr stdout stream tail timestamps until",
    "pause": "",
    "ping": "",
    "read": "",
    "read_text": "",
    "reload": "",
    "remove": "force link v",
    "rename": "",
    "replace": "",
    "restart": "timeout",
    "rollback": "",
    "scale": "",
    "split": "",
    "splitlines": "",
    "start": "",
    "startswith": "",
    "stats": "decode one_shot stream",
    "stop": "timeout",
    "strip": "",
    "tag": "force repository tag",
    "tasks": "filters",
    "top": "ps_args",
    "touch": "",
    "unpause": "",
    "update": "force_update image mem_limit memswap_limit",
    "values": "",
    "version": "",
    "wait": "condition timeout",
    "write_text": "",
}
# Attributes that hold data.
ATTRIBUTES = COLLECTIONS | frozenset(
    [
        "api_version",
        "attrs",
        "build_log",
        "exit_code",
        "explanation",
        "health",
        "id",
        "image",
        "ip",
        "labels",
        "msg",
        "name",
        "output",
        "ports",
        "response",
        "short_id",
        "status",
        "status_code",
        "tags",
    ]
)
