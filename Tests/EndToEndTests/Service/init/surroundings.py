"""Whether what `plumbline init` prints for containers fits together.

Usage: surroundings.py kubernetes|compose FILE DIRECTORY PLUMBLINE
Writes the agent's settings of Kubernetes to DIRECTORY/plumbline.yaml."""

import re
import subprocess
import sys
from pathlib import Path

import yaml


def expect(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def known(commands, plumbline):
    """Every command line is one that the program knows: its options stand in the help."""
    for words in commands:
        name, *rest = words
        text = subprocess.run([plumbline, "help", name], capture_output=True, text=True).stdout
        for option in (word for word in rest if word.startswith("--")):
            expect(option in text, f"{option} is an option of plumbline {name}")


def kubernetes(objects, directory, plumbline):
    by_kind = {each["kind"]: each for each in objects}
    expect(set(by_kind) == {"ConfigMap", "Deployment"}, "a ConfigMap and a Deployment")
    for each in objects:
        expect(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", each["metadata"]["name"]), "a name of DNS")
    settings = by_kind["ConfigMap"]["data"]["plumbline.yaml"]
    (directory / "plumbline.yaml").write_text(settings)
    settings = yaml.safe_load(settings)
    spec = by_kind["Deployment"]["spec"]
    template = spec["template"]
    expect(by_kind["Deployment"]["apiVersion"] == "apps/v1", "apps/v1")
    labels = template["metadata"]["labels"]
    expect(spec["selector"]["matchLabels"].items() <= labels.items(), "the selector finds the pods")
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    for volume in volumes.values():
        expect(len(volume) == 2, f"one source of volume {volume['name']}")
        source = volume.get("configMap")
        expect(source is None or source["name"] == by_kind["ConfigMap"]["metadata"]["name"], "the settings are mounted")
    containers = {container["name"]: container for container in template["spec"]["containers"]}
    agent = containers["plumbline"]
    port = int(settings["listen"].rpartition(":")[2])
    expect([each["containerPort"] for each in agent["ports"]] == [port], "the agent's port is that of its settings")
    expect(template["metadata"]["annotations"]["prometheus.io/port"] == str(port), "Prometheus' port")
    for container in containers.values():
        for probe in (value for key, value in container.items() if key.endswith("Probe")):
            expect(probe["httpGet"]["port"] == port, "probes ask the agent")
            expect(probe["httpGet"]["path"] in ("/health", "/readyz", "/livez"), "what the agent answers")
        for mount in container["volumeMounts"]:
            expect(mount["name"] in volumes, f"volume {mount['name']}")
    mounts = {mount["mountPath"]: mount for mount in agent["volumeMounts"]}
    path = agent["args"][agent["args"].index("--config") + 1]
    expect(str(Path(path).parent) in mounts and Path(path).name in by_kind["ConfigMap"]["data"], "--config is mounted")
    expect(not mounts[settings["data"]].get("readOnly"), "the data directory can be written")
    log = str(Path(settings["inputs"][0]["path"]).parent)
    expect(mounts[log]["readOnly"] and any(m["mountPath"] == log for m in containers["shop"]["volumeMounts"]),
           "both see the log, and the agent only reads it")
    known([agent["args"]], plumbline)


def compose(objects, directory, plumbline, text):
    (file,) = objects
    expect(set(file) == {"services", "volumes"}, "services and volumes")
    for service in file["services"].values():
        for volume in service["volumes"]:
            expect(volume.split(":")[0] in file["volumes"], f"volume {volume}")
    agent = file["services"]["plumbline"]
    command = agent["command"]
    log = str(Path(command[1]).parent)
    expect(f"log:{log}:ro" in agent["volumes"], "the agent only reads the log")
    expect(f"data:{command[command.index('--data') + 1]}" in agent["volumes"], "the data survive")
    expect(all(port.startswith("127.0.0.1:") for port in agent["ports"]), "nobody outside sees it")
    dockerfile = re.findall(r"^#     ([A-Z]+ .*)$", text, re.MULTILINE)
    expect([line.split()[0] for line in dockerfile][:1] == ["FROM"] and dockerfile[-1] == 'ENTRYPOINT ["plumbline"]',
           "a Dockerfile")
    check = next(line for line in dockerfile if line.startswith("HEALTHCHECK"))
    known([command, re.findall(r'"([^"]+)"', check)[1:]], plumbline)


kind, file, directory, plumbline = sys.argv[1:]
text = Path(file).read_text()
objects = [each for each in yaml.safe_load_all(text) if each]
if kind == "kubernetes":
    kubernetes(objects, Path(directory), plumbline)
else:
    compose(objects, Path(directory), plumbline, text)
