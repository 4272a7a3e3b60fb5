"""Outputs of Docker as two runs printed them: equal as they are, and not once something else is changed."""

# Trailing blanks are part of what was printed.
# ruff: noqa: W291

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

import pytest
from snippetlab.compare import Pairing
from snippetlab.compare.normalise import spans
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER


@dataclass(frozen=True)
class Output:
    """What a command printed in two runs, and changes (old, new) of the second that must not go unnoticed."""

    name: str
    first: str
    second: str
    changes: tuple[tuple[str, str], ...]


def case(name: str, first: str, second: str, *changes: tuple[str, str]) -> Output:
    return Output(name, dedent(first), dedent(second), changes)


OUTPUTS = [
    case(
        "docker-compose down of version 1, which removes several at a time",
        """\
        Stopping app_web_1   ... done
        Removing app_web_1   ... 
        Removing app_redis_1 ... 
        Removing app_web_1   ... done
        Removing app_redis_1 ... done
        Removing network app_default
        """,
        """\
        Stopping app_web_1   ... done
        Removing app_web_1   ... 
        Removing app_redis_1 ... 
        Removing app_redis_1 ... done
        Removing app_web_1   ... done
        Removing network app_default
        """,
        ("Removing app_redis_1 ... done\n", ""),
        ("Stopping app_web_1   ... done\n", ""),
        ("Removing app_redis_1 ... \n", "Removing app_other_1 ... \n"),
    ),
    case(
        "docker compose up that is stopped: a service's end is told at any moment behind its own",
        """\
        Aborting on container exit...
         Container shop-visitor-1  Stopping
         Container shop-visitor-1  Stopped
         Container shop-web-1  Stopping
        web-1 exited with code 143
         Container shop-web-1  Stopped
         Container shop-redis-1  Stopping
         Container shop-redis-1  Stopped
        """,
        """\
        Aborting on container exit...
         Container shop-visitor-1  Stopping
         Container shop-visitor-1  Stopped
         Container shop-web-1  Stopping
         Container shop-web-1  Stopped
         Container shop-redis-1  Stopping
         Container shop-redis-1  Stopped
        web-1 exited with code 143
        """,
        ("code 143", "code 0"),
        ("web-1 exited with code 143\n", ""),
        (" Container shop-redis-1  Stopped\n", ""),
        ("web-1 exited", "redis-1 exited"),
    ),
    case(
        "docker run of 20.10, whose client may say that it waits no more before it says why",
        """\
        docker: Error response from daemon: exec: "no": executable file not found in $PATH: unknown.
        time="2026-11-29T14:56:53Z" level=error msg="error waiting for container: context canceled"
        """,
        """\
        docker: Error response from daemon: exec: "no": executable file not found in $PATH: unknown.
        """,
        ("executable", "readable"),
        ("unknown.\n", "unknown.\ntime=\"2026-11-30T04:16:13Z\" level=error msg=\"error waiting for container: gone\"\n"),
    ),
    case(
        "docker ps",
        """\
        CONTAINER ID   IMAGE     COMMAND            CREATED          STATUS                    PORTS                                     NAMES
        b80223427e9d   busybox   "sleep 1000"       28 seconds ago   Up 27 seconds                                                       vol
        d5524a793087   busybox   "sleep 1000"       29 seconds ago   Exited (0) 1 second ago                                             boring_curran
        2949c368db03   busybox   "httpd -f -p 80"   29 seconds ago   Up 28 seconds (healthy)   0.0.0.0:32768->80/tcp, :::32768->80/tcp   web
        """,
        """\
        CONTAINER ID   IMAGE     COMMAND            CREATED                  STATUS                              PORTS                                     NAMES
        64b3e44a7f8b   busybox   "sleep 1000"       Less than a second ago   Up Less than a second                                                         vol
        844e02a08488   busybox   "sleep 1000"       About a minute ago       Exited (0) Less than a second ago                                             wonderful_blackwell
        97b5b8bf40f1   busybox   "httpd -f -p 80"   About an hour ago        Up 2 hours (healthy)                0.0.0.0:32771->80/tcp, :::32771->80/tcp   web
        """,
        ("Exited (0)", "Exited (1)"),
        ("(healthy)  ", "(unhealthy)"),
        (":::32771", ":::32772"),
        ("   web\n", "   wed\n"),
        ("->80/tcp, ", "->81/tcp, "),
        ("97b5b8bf40f1", "64b3e44a7f8b"),
        ("wonderful_blackwell", "mine"),
    ),
    case(
        "docker images",
        """\
        REPOSITORY   TAG        IMAGE ID       CREATED          SIZE
        redis        latest     7cb4bcfe46a2   34 minutes ago   135MB
        debian       bookworm   b706b4b82c42   37 minutes ago   121MB
        """,
        """\
        REPOSITORY   TAG        IMAGE ID       CREATED      SIZE
        redis        latest     7cb4bcfe46a2   2 days ago   135MB
        debian       bookworm   b706b4b82c42   2 days ago   121MB
        """,
        ("bookworm ", "trixie   "),
        ("135MB", "136MB"),
        ("b706b4b82c42", "7cb4bcfe46a2"),
    ),
    case(
        "docker network inspect",
        """\
        [
            {
                "Name": "app",
                "Id": "60660d7e8f18ae2936f489c383acecad49aa82df9a9364ad3e1e76356ac18807",
                "Created": "2026-11-23T22:35:45.300098313Z",
                "IPAM": {"Config": [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]},
                "Containers": {
                    "743cd175520fee2287f696fabecd4bc2d7eff162154c2311873c849abd7285e6": {
                        "Name": "web",
                        "EndpointID": "108bdd098fcca73f5dcaf95dbdfdf4897e6d0dda7af4e8f29cb32726f2e683b8",
                        "MacAddress": "02:42:ac:12:00:03",
                        "IPv4Address": "172.18.0.3/16"
                    },
                    "7a46b46259343c8e33c0e75f079638482e47d5c251285fdcb073e07238cb8b8b": {
                        "Name": "db",
                        "EndpointID": "223272b4cf38f4a19a66ba629c0bf9855f5baaae56b94f4b50164ab918d721d9",
                        "MacAddress": "02:42:ac:12:00:02",
                        "IPv4Address": "172.18.0.2/16"
                    }
                }
            }
        ]
        """,
        # The containers come in the order of their ids, which is another one.
        """\
        [
            {
                "Name": "app",
                "Id": "19ad230db6ec92cfbdd1e8853c9079f905d0ec5e151de88acd9109f9f9d566fa",
                "Created": "2026-11-24T02:05:05.3000983Z",
                "IPAM": {"Config": [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]},
                "Containers": {
                    "1c9a00e6a389bc81c8488b6b64c3dcb40965090c3c5f579944d5fa52cd0ad973": {
                        "Name": "db",
                        "EndpointID": "e34dc8f9817f43b742de467aacf80a050b8727391d96d6c6361ab461047f7dfb",
                        "MacAddress": "3a:42:ac:12:00:02",
                        "IPv4Address": "172.18.0.2/16"
                    },
                    "68f8d95614b18064bb4dae507069fed68b040e24cd0a5575903d9546c32bfcf3": {
                        "Name": "web",
                        "EndpointID": "37ec3d2efeca51b7bac2a5dddd077b98e40a65b59f7549d5ba10d1a653864dc6",
                        "MacAddress": "02:42:ac:12:00:03",
                        "IPv4Address": "172.18.0.3/16"
                    }
                }
            }
        ]
        """,
        ("172.18.0.0/16", "172.99.0.0/16"),
        ("172.18.0.3/16", "172.18.0.4/16"),
        (', "Gateway": "172.18.0.1"', ""),
        ("02:42:ac:12:00:03", "3a:42:ac:12:00:02"),
        ("02:42:ac:12:00:03", ""),
        ('"db"', '"cache"'),
    ),
    case(
        "docker network ls",
        """\
        NETWORK ID     NAME      DRIVER    SCOPE
        60660d7e8f18   app       bridge    local
        a8ee4089f837   bridge    bridge    local
        """,
        """\
        NETWORK ID     NAME      DRIVER    SCOPE
        19ad230db6ec   app       bridge    local
        c1d6fe95da4d   bridge    bridge    local
        """,
        ("app       bridge ", "app       overlay"),
        ("c1d6fe95da4d   bridge    bridge    local\n", ""),
        ("c1d6fe95da4d", "19ad230db6ec"),
    ),
    case(
        "docker stats",
        """\
        CONTAINER ID   NAME            CPU %     MEM USAGE / LIMIT   MEM %     NET I/O     BLOCK I/O   PIDS
        b80223427e9d   vol             0.00%     332KiB / 64MiB      0.51%     822B / 0B   0B / 0B     1
        d5524a793087   boring_curran   0.00%     332KiB / 23.54GiB   0.00%     932B / 0B   0B / 0B     1
        """,
        """\
        CONTAINER ID   NAME                  CPU %     MEM USAGE / LIMIT   MEM %     NET I/O         BLOCK I/O    PIDS
        64b3e44a7f8b   vol                   12.34%    1.332MiB / 64MiB    0.51%     1.2kB / 0B      0B / 8.2kB   5
        844e02a08488   wonderful_blackwell   103.00%   328KiB / 7.642GiB   0.00%     846B / 0B       0B / 0B      1
        """,
        ("64MiB", "32MiB"),
        ("vol  ", "volk "),
    ),
    case(
        "docker info",
        """\
        Client:
         Version:    26.1.5+dfsg1
        Server:
         Containers: 0
         Server Version: 26.1.5+dfsg1
         Storage Driver: overlay2
         Kernel Version: 6.18.44-fc-v657
         Operating System: Debian GNU/Linux 13 (trixie)
         CPUs: 2
         Total Memory: 23.54GiB
         Name: lab
         ID: 8d4e8fa8-31ec-4c1c-a4ac-0c9d4c5a2a5e
         Docker Root Dir: /var/lib/docker
        """,
        """\
        Client:
         Version:    26.1.5+dfsg1
        Server:
         Containers: 0
         Server Version: 26.1.5+dfsg1
         Storage Driver: overlay2
         Kernel Version: 5.10.0-33-cloud-amd64
         Operating System: Debian GNU/Linux 13 (trixie)
         CPUs: 16
         Total Memory: 7.755GiB
         Name: lab
         ID: 0e1b2f9c-9d43-4a52-8d1a-7d0f8a3f4b11
         Docker Root Dir: /var/lib/docker
        """,
        ("Containers: 0", "Containers: 1"),
        ("overlay2", "vfs"),
        ("Server Version: 26.1.5", "Server Version: 28.5.2"),
        ("/var/lib/docker", "/data"),
    ),
    case(
        "docker build",
        """\
        #0 building with "default" instance using docker driver

        #1 [internal] load build definition from Dockerfile
        #1 transferring dockerfile: 72B 0.0s done
        #1 DONE 0.0s

        #2 [internal] load metadata for docker.io/library/busybox:latest
        #2 DONE 0.0s

        #3 [internal] load .dockerignore
        #3 transferring context: 2B done
        #3 DONE 0.0s

        #4 [1/3] FROM docker.io/library/busybox:latest
        #4 CACHED

        #5 [internal] load build context
        #5 transferring context: 32B 0.1s done
        #5 DONE 0.1s

        #6 [2/3] RUN echo one
        #6 0.351 one
        #6 DONE 0.4s

        #7 [3/3] COPY . /
        #7 DONE 0.0s

        #8 exporting to image
        #8 exporting layers
        #8 exporting layers 0.1s done
        #8 writing image sha256:7b24bb7e1eaec27fa8d7a9c33ac9a1b9c8b6b0e0b7f0cf2b3f2d0e7c7c1b1c55 done
        #8 DONE 1m2s
        """,
        # What does not wait for each other is numbered as it comes, and told piece by piece, the end even twice.
        """\
        #0 building with "default" instance using docker driver

        #1 [internal] load build definition from Dockerfile
        #1 DONE 0.0s

        #1 [internal] load build definition from Dockerfile
        #1 transferring dockerfile: 72B done
        #1 DONE 0.0s

        #2 [internal] load .dockerignore
        #2 transferring context: 2B done
        #2 DONE 0.0s

        #3 [internal] load metadata for docker.io/library/busybox:latest
        #3 DONE 0.0s

        #4 [internal] load build context
        #4 ...

        #5 [1/3] FROM docker.io/library/busybox:latest
        #5 DONE 0.0s

        #5 [1/3] FROM docker.io/library/busybox:latest
        #5 CACHED

        #4 [internal] load build context
        #4 transferring context: 32B done
        #4 DONE 0.0s

        #6 [2/3] RUN echo one
        #6 12.147 one
        #6 DONE 12.2s

        #7 [3/3] COPY . /
        #7 DONE 0.1s

        #8 exporting to image
        #8 exporting layers done
        #8 writing image sha256:de9e4d9e3f2bc8c6f6e7a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4 done
        #8 DONE 2.1s
        """,
        ("12.147 one", "12.147 two"),
        ("#5 CACHED", "#5 DONE 0.0s"),
        ("[2/3] RUN echo one", "[2/3] RUN echo two"),
        ("32B done", "64B done"),
        ("#7 DONE 0.1s\n", "#7 ERROR: no space left on device\n"),
        ("#7 DONE 0.1s\n\n", "#7 DONE 0.1s\n \n"),
    ),
    case(
        "a build that fails",
        """\
        #5 [2/2] RUN echo one && false
        #5 0.351 one
        #5 ERROR: process "/bin/sh -c echo one && false" did not complete successfully: exit code: 1
        ------
         > [2/2] RUN echo one && false:
        0.351 one
        ------
        Dockerfile:2
        """,
        """\
        #5 [2/2] RUN echo one && false
        #5 0.147 one
        #5 ERROR: process "/bin/sh -c echo one && false" did not complete successfully: exit code: 1
        ------
         > [2/2] RUN echo one && false:
        0.147 one
        ------
        Dockerfile:2
        """,
        ("exit code: 1", "exit code: 2"),
        ("Dockerfile:2", "Dockerfile:3"),
    ),
    case(
        "docker compose up",
        """\
        WARN: The "TAG" variable is not set.
         Network site_default  Creating
         Network site_default  Created
         Container site-other-1  Creating
         Container site-cache-1  Creating
         Container site-other-1  Created
         Container site-cache-1  Created
         Container site-web-1  Creating
         Container site-web-1  Created
        """,
        """\
        WARN: The "TAG" variable is not set.
         Network site_default  Creating
         Network site_default  Created
         Container site-cache-1  Creating
         Container site-other-1  Creating
         Container site-other-1  Created
         Container site-cache-1  Created
         Container site-web-1  Creating
         Container site-web-1  Created
        """,
        (" Container site-web-1  Created\n", " Container site-web-1  Error\n"),
        (" Container site-other-1  Created\n", ""),
    ),
    case(
        "docker compose logs",
        """\
        cache-1  | 1:M 23 Nov 2026 23:00:41.123 * Ready to accept connections
        web-1    | 172.18.0.1 - - [23/Nov/2026:23:00:42 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8.14.1"
        web-1    | 172.18.0.1 - - [23/Nov/2026:23:00:43 +0000] "GET /no HTTP/1.1" 404 153 "-" "curl/8.14.1"
        """,
        """\
        web-1    | 172.18.0.1 - - [24/Nov/2026:01:10:02 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8.14.1"
        cache-1  | 1:M 24 Nov 2026 01:10:02.004 * Ready to accept connections
        web-1    | 172.18.0.1 - - [24/Nov/2026:01:10:03 +0000] "GET /no HTTP/1.1" 404 153 "-" "curl/8.14.1"
        """,
        (" 404 153", " 200 153"),
        ("172.18.0.1 - - [24/Nov/2026:01:10:02", "172.18.0.9 - - [24/Nov/2026:01:10:02"),
        ("cache-1  | 1:M 24 Nov", "other-1  | 1:M 24 Nov"),
    ),
    case(
        "docker compose logs --tail 1, where the longer name may speak second",
        """\
        web-1  | visit 2
        redis-1  | ready
        """,
        """\
        redis-1  | ready
        web-1    | visit 2
        """,
        ("visit 2", "visit 3"),
        ("web-1    |", "web-2    |"),
    ),
    case(
        "docker service logs",
        """\
        db.1.q388gl2m4rfp@worker    | 7:M 23 Nov 2026 23:45:08.614 * Ready to accept connections
        """,
        """\
        db.1.0rn4jfusn9pl@worker    | 7:M 23 Nov 2026 23:53:05.339 * Ready to accept connections
        """,
        ("@worker", "@main"),
        ("db.1.", "db.2."),
        ("Ready to", "Going to"),
    ),
    case(
        "docker history",
        """\
        IMAGE          CREATED          CREATED BY                                      SIZE      COMMENT
        f4df48d49b2e   2 seconds ago    CMD ["cat" "/out"]                              0B        buildkit.dockerfile.v0
        <missing>      3 seconds ago    RUN /bin/sh -c echo hello && echo world # bu…   12B       buildkit.dockerfile.v0
        <missing>      38 minutes ago                                                   1.98MB    Imported from -
        """,
        """\
        IMAGE          CREATED                  CREATED BY                                      SIZE      COMMENT
        822c03b2ba5e   Less than a second ago   CMD ["cat" "/out"]                              0B        buildkit.dockerfile.v0
        <missing>      Less than a second ago   RUN /bin/sh -c echo hello && echo world # bu…   12B       buildkit.dockerfile.v0
        <missing>      9 months ago                                                             1.98MB    Imported from -
        """,
        ("12B ", "13B "),
        ("echo world", "echo there"),
        ("<missing>      9", "822c03b2ba5e   9"),
    ),
    case(
        "docker node ls",
        """\
        ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
        ks9uxeaodlqhogn2t2kck58i2 *   main       Ready     Active         Leader           26.1.5+dfsg1
        t2wk4pgwkgwmfx0cari0v2jb2     worker     Ready     Active                          26.1.5+dfsg1
        """,
        """\
        ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
        jcszlj71nins5bdo7twjpyonl *   main       Ready     Active         Leader           26.1.5+dfsg1
        riaoe27wkdck4zyrydeemfybc     worker     Ready     Active                          26.1.5+dfsg1
        """,
        ("worker     Ready  ", "worker     Down   "),
        ("Active                          26", "Drain                           26"),
        ("yonl *", "yonl  "),
        ("Leader   ", "Reachable"),
    ),
    case(
        "docker service ps",
        """\
        ID             NAME         IMAGE            NODE      DESIRED STATE   CURRENT STATE             ERROR     PORTS
        t2wk4pgwkgwm   svc.1        busybox:latest   lab       Running         Running 5 seconds ago               
        hetnsvfot5mp   svc.2        busybox:latest   lab       Running         Running 12 seconds ago              
        """,
        """\
        ID             NAME         IMAGE            NODE      DESIRED STATE   CURRENT STATE                    ERROR     PORTS
        riaoewkzdckq   svc.1        busybox:latest   lab       Running         Running less than a second ago             
        2bn8q2dfvwth   svc.2        busybox:latest   lab       Running         Running about a minute ago                 
        """,
        ("Running about", "Shutdown about"),
        ("lab       Running         Running less", "lab       Shutdown        Running less"),
        ("svc.2", "svc.3"),
    ),
    case(
        "docker top",
        """\
        UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD
        root                304                 282                 1                   23:00               ?                   00:00:00            httpd -f -p 80
        """,
        """\
        UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD
        root                21310               21285               0                   Nov23               ?                   00:00:07            httpd -f -p 80
        """,
        ("root ", "nobody "),
        ("httpd -f -p 80", "httpd -f -p 81"),
        ("?  ", "pts/0"),
    ),
    case(
        "ps in a container",
        """\
        PID   USER     COMMAND
            1 root     httpd -f -p 80
            8 root     ps
        """,
        """\
        PID   USER     COMMAND
            1 root     httpd -f -p 80
          112 root     ps
        """,
        ("    1 root", "    7 root"),
        ("ps\n", "top\n"),
    ),
    case(
        "ping",
        """\
        PING db (172.18.0.2): 56 data bytes
        64 bytes from 172.18.0.2: seq=0 ttl=64 time=0.255 ms

        --- db ping statistics ---
        1 packets transmitted, 1 packets received, 0% packet loss
        round-trip min/avg/max = 0.255/0.255/0.255 ms
        """,
        """\
        PING db (172.18.0.2): 56 data bytes
        64 bytes from 172.18.0.2: seq=0 ttl=64 time=11.8 ms

        --- db ping statistics ---
        1 packets transmitted, 1 packets received, 0% packet loss
        round-trip min/avg/max = 11.8/11.804/11.810 ms
        """,
        ("172.18.0.2): 56", "172.18.0.3): 56"),
        ("ttl=64", "ttl=63"),
        ("1 packets received, 0%", "0 packets received, 100%"),
    ),
    case(
        "docker port",
        "80/tcp -> 0.0.0.0:32768\n80/tcp -> [::]:32768\n8080/tcp -> 0.0.0.0:8080\n",
        "80/tcp -> 0.0.0.0:49153\n80/tcp -> [::]:49153\n8080/tcp -> 0.0.0.0:8080\n",
        ("[::]:49153", "[::]:49154"),
        ("80/tcp -> 0.0.0.0:49153", "81/tcp -> 0.0.0.0:49153"),
        ("0.0.0.0:49153", "127.0.0.1:49153"),
        ("0.0.0.0:8080", "0.0.0.0:8081"),
    ),
    case(
        "ip addr",
        """\
        3: br-60660d7e8f18: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default 
            link/ether 02:42:85:6f:16:42 brd ff:ff:ff:ff:ff:ff
            inet 172.18.0.1/16 brd 172.18.255.255 scope global br-60660d7e8f18
            inet6 fe80::42:85ff:fe6f:1642/64 scope link tentative proto kernel_ll 
        5: veth3954d33@if3: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-60660d7e8f18 state UP group default 
            link/ether 5a:cc:ca:bc:d8:fd brd ff:ff:ff:ff:ff:ff link-netnsid 0
        """,
        """\
        12: br-19ad230db6ec: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default 
            link/ether 02:42:53:6a:af:7b brd ff:ff:ff:ff:ff:ff
            inet 172.18.0.1/16 brd 172.18.255.255 scope global br-19ad230db6ec
            inet6 fe80::42:53ff:fe6a:af7b/64 scope link proto kernel_ll 
        14: vethdd7482d@if13: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-19ad230db6ec state UP group default 
            link/ether 12:ef:13:58:bd:12 brd ff:ff:ff:ff:ff:ff link-netnsid 2
        """,
        ("scope global br-19ad230db6ec", "scope global br-c1d6fe95da4d"),
        ("172.18.0.1/16", "172.19.0.1/16"),
        ("state DOWN", "state UP"),
        ("mtu 1500 qdisc noqueue master", "mtu 1400 qdisc noqueue master"),
        ("brd ff:ff:ff:ff:ff:ff link", "brd 12:ef:13:58:bd:12 link"),
        ("vethdd7482d", "eth0"),
    ),
    case(
        "a page of nginx",
        """\
        HTTP/1.1 200 OK
        Server: nginx/1.22.1
        Date: Mon, 23 Nov 2026 23:01:40 GMT
        Content-Length: 615
        Last-Modified: Mon, 23 Nov 2026 22:28:01 GMT
        ETag: "6924a1c1-267"
        """,
        """\
        HTTP/1.1 200 OK
        Server: nginx/1.22.1
        Date: Thu, 03 Dec 2026 07:11:02 GMT
        Content-Length: 615
        Last-Modified: Tue, 01 Dec 2026 10:00:00 GMT
        ETag: "692d7a70-267"
        """,
        ("200 OK", "404 Not Found"),
        ("615", "614"),
        ("nginx/1.22.1", "nginx/1.26.0"),
    ),
    case(
        "iptables",
        """\
        Chain DOCKER (2 references)
         pkts bytes target     prot opt in     out     source               destination         
            3   180 RETURN     all  --  br-60660d7e8f18 *       0.0.0.0/0            0.0.0.0/0           
           10   600 DNAT       tcp  --  !br-60660d7e8f18 *       0.0.0.0/0            0.0.0.0/0            tcp dpt:6666 to:172.18.0.3:80
        """,
        """\
        Chain DOCKER (2 references)
         pkts bytes target     prot opt in     out     source               destination         
           12   720 RETURN     all  --  br-19ad230db6ec *       0.0.0.0/0            0.0.0.0/0           
         103K   31M DNAT       tcp  --  !br-19ad230db6ec *       0.0.0.0/0            0.0.0.0/0            tcp dpt:6666 to:172.18.0.3:80
        """,
        ("dpt:6666", "dpt:6667"),
        ("RETURN", "ACCEPT"),
        ("!br-19ad230db6ec", "br-19ad230db6ec"),
    ),
    case(
        "files",
        """\
        total 8
        -rw-r--r-- 1 root root   12 Nov 23 22:36 index.html
        dr-xr-xr-x  150 root root    0 Nov 23 22:36 proc
        drwxr-xr-x 2 root root 4096 Nov 23  2025 site
        """,
        """\
        total 8
        -rw-r--r-- 1 root root   12 Dec  3 01:02 index.html
        dr-xr-xr-x   99 root root    0 Dec  3 01:02 proc
        drwxr-xr-x 2 root root 4096 Jun  1 11:12 site
        """,
        ("  12 Dec", "  13 Dec"),
        ("-rw-r--r--", "-rw-rw-r--"),
        ("index.html", "index.htm"),
    ),
    case(
        "docker events",
        """\
        2026-11-23T23:00:45.123456789Z container create 58c1da733c43aa020300331f4be8ee11f1f38b041e5f2e896d94c590ad09d951 (image=busybox, name=web)
        2026-11-23T23:00:47.023456789Z container die 58c1da733c43aa020300331f4be8ee11f1f38b041e5f2e896d94c590ad09d951 (execDuration=1, exitCode=0, image=busybox, name=web)
        """,
        """\
        2026-11-24T01:02:03.000456789Z container create fc6f33b1eac20387030e819c376e00b02eda3ea874c71a8248286e7a46ab062a (image=busybox, name=web)
        2026-11-24T01:02:05.923456789Z container die fc6f33b1eac20387030e819c376e00b02eda3ea874c71a8248286e7a46ab062a (execDuration=2, exitCode=0, image=busybox, name=web)
        """,
        ("exitCode=0", "exitCode=1"),
        ("container die", "container kill"),
        ("container die fc6f33b1eac2", "container die 0c6f33b1eac2"),
    ),
    case(
        "docker version",
        """\
        Client:
         Version:           26.1.5+dfsg1
         Git commit:        a72d7cd
         Built:             Sun Nov  9 12:33:41 2025
        """,
        """\
        Client:
         Version:           26.1.5+dfsg1
         Git commit:        a72d7cd
         Built:             Wed Nov 19 02:03:04 2025
        """,
        ("a72d7cd", "a72d7ce"),
        ("26.1.5", "26.1.6"),
    ),
    case(
        "docker swarm init",
        """\
        Swarm initialized: current node (ks9uxeaodlqhogn2t2kck58i2) is now a manager.
            docker swarm join --token SWMTKN-1-4m1pz4ol7se9z6e4c94mjm41nebc50glxz0e6x9f08rjlk0di2-epse6n5brvwmo1dw9cvz1h3av 192.0.2.1:2377
        """,
        """\
        Swarm initialized: current node (jcszlj71nins5bdo7twjpyonl) is now a manager.
            docker swarm join --token SWMTKN-1-5y5g0vbgu5v8r2h4v1vo0nqy7g3j8kz5m6f1d2s3a4q5w6e7r8-8y6en51da7oe0f2awua28xbbc 192.0.2.1:2377
        """,
        ("192.0.2.1:2377", "192.0.2.2:2377"),
        ("a manager", "a worker"),
    ),
    case(
        "docker inspect, the state",
        '{"Status":"running","Pid":2620,"ExitCode":0,"StartedAt":"2026-11-23T23:00:45.123456789Z","FinishedAt":"0001-01-01T00:00:00Z"}\n',
        '{"Status":"running","Pid":971,"ExitCode":0,"StartedAt":"2026-11-24T01:00:45.12345Z","FinishedAt":"0001-01-01T00:00:00Z"}\n',
        ('"Pid":971', '"Pid":0'),
        ('"ExitCode":0', '"ExitCode":137'),
        ("0001-01-01T00:00:00Z", "2026-11-24T01:00:45.12345Z"),
        ("running", "exited"),
    ),
    case(
        "top through the API",
        "{'Processes': [['root', '2620', '2588', '1', '23:00', '?', '00:00:00', 'sleep 1000']], 'Titles': ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']}\n",
        "{'Processes': [['root', '77', '50', '0', '01:12', '?', '00:00:01', 'sleep 1000']], 'Titles': ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']}\n",
        ("sleep 1000", "sleep 1001"),
        ("'root'", "'nobody'"),
    ),
    case(
        "objects of docker-py",
        "[<Container: 3efd115129ac>, <Container: 7aa0d8e7a8bd>]\n",
        "[<Container: 0b4c1f2d3e4a>, <Container: 1b4c1f2d3e4a>]\n",
        ("1b4c1f2d3e4a", "0b4c1f2d3e4a"),
        (", <Container: 1b4c1f2d3e4a>", ""),
        ("<Container: 1b", "<Network: 1b"),
    ),
]  # fmt: skip

CHANGED = [(output, change) for output in OUTPUTS for change in output.changes]


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda o: o.name)
def test_two_runs_are_equal(output: Output) -> None:
    assert output.first != output.second
    assert Pairing(VOCABULARY).differ(output.first, output.second, DOCKER) is None


@pytest.mark.parametrize(("output", "change"), CHANGED, ids=[f"{o.name}: {c[0]!r} → {c[1]!r}" for o, c in CHANGED])
def test_what_really_changed_is_seen(output: Output, change: tuple[str, str]) -> None:
    old, new = change
    assert old in output.second
    found = Pairing(VOCABULARY).differ(output.first, output.second.replace(old, new, 1), DOCKER)
    assert found is not None
    assert found.message


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda o: o.name)
def test_marks_cover_nothing_that_must_not_change(output: Output) -> None:
    """A change that is drift touches text outside the marks, or an identity, or takes a mark away."""
    marks = spans(output.second, DOCKER)
    for old, new in output.changes:
        changed = output.second.replace(old, new, 1)
        before = [output.second[a:b] for a, b, _ in marks]
        after = [changed[a:b] for a, b, _ in spans(changed, DOCKER)]
        assert before != after or _outside(output.second) != _outside(changed)


def _outside(text: str) -> str:
    parts, last = [], 0
    for start, end, _ in spans(text, DOCKER):
        parts.append(text[last:start])
        last = end
    return "".join([*parts, text[last:]])


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda o: o.name)
def test_marks_are_in_order_and_apart(output: Output) -> None:
    last = 0
    for start, end, kind in spans(output.first, DOCKER):
        assert last <= start < end <= len(output.first)
        assert kind
        last = end
