import Settings
import Testing

@Suite("environment and flags")
struct OutsideTests {
    @Test("flags beat the environment, the environment beats the file")
    func precedence() throws {
        let file = "listen: 127.0.0.1:1"
        let environment = ["PLUMBLINE_LISTEN": "127.0.0.1:2"]
        #expect(try read(file).listen.port == 1)
        #expect(try read(file, environment: environment).listen.port == 2)
        #expect(try read(file, environment: environment, flags: [("--listen", "127.0.0.1:3")]).listen.port == 3)
        #expect(try read("from_start: true", flags: [("--from-start", "false")]).fromStart == false)
    }

    @Test("every setting outside `inputs` has a variable that sets it")
    func variables() throws {
        for setting in SettingsTable.settings.settings {
            let name = try #require(setting.environment)
            // Neither of the two stands alone.
            var environment = ["PLUMBLINE_TLS_CERTIFICATE": "server.pem", "PLUMBLINE_TLS_KEY": "server.key"]
            environment[name] = setting.isList ? "http://10.0.0.2:9180" : setting.example
            #expect(try read("", environment: environment).listen == Settings.defaults.listen)
            // Any text is the name of a file.
            if ["FILE", "DIRECTORY"].contains(setting.valueName) { continue }
            #expect(
                errors("", environment: [name: "~wrong~"])
                    == ["environment \(name): \(setting.key): expected \(setting.expected), found \"~wrong~\""])
        }
    }

    @Test("a variable's list has commas, and takes the place of the file's")
    func listVariable() throws {
        let environment = ["PLUMBLINE_HEALTH_PEERS": "http://b:1,http://[::1]:2/api"]
        let settings = try read("health: {peers: [\"http://a\"]}", environment: environment)
        #expect(settings.health.peers == ["http://b:1", "http://[::1]:2/api"])
        #expect(try read("health: {peers: [\"http://a\"]}").health.peers == ["http://a"])
    }

    @Test("an empty variable counts as absent")
    func emptyVariable() throws {
        #expect(try read("listen: 127.0.0.1:1", environment: ["PLUMBLINE_LISTEN": ""]).listen.port == 1)
    }

    @Test("a misspelt variable is an error, a variable of Kubernetes or of others is not")
    func unknownVariable() throws {
        #expect(
            errors("", environment: ["PLUMBLINE_LISTN": "x"])
                == ["environment PLUMBLINE_LISTN: unknown setting (did you mean \"PLUMBLINE_LISTEN\"?)"])
        let others = [
            "PLUMBLINE_PORT": "tcp://10.0.0.1:80", "PLUMBLINE_PORT_80_TCP_ADDR": "10.0.0.1",
            "PLUMBLINE_SERVICE_HOST": "10.0.0.1", "PLUMBLINE_LOG_PORT": "tcp://10.0.0.1:80", "PLUMBLINE_TOKEN": "x",
            "PATH": "/bin",
        ]
        #expect(try read("", environment: others) == Settings.defaults)
    }

    @Test("an error of a flag names the flag")
    func flagError() {
        #expect(
            errors("", flags: [("--listen", "x"), ("--lisen", "127.0.0.1:1")]) == [
                "--listen: expected a host and a port such as \"127.0.0.1:9180\", found \"x\"",
                "--lisen: unknown setting (did you mean \"--listen\"?)",
            ])
    }

    @Test("a value that is beaten must be right all the same")
    func beaten() {
        #expect(errors("listen: x", flags: [("--listen", "127.0.0.1:1")]).count == 1)
    }

    @Test("errors of all three are reported together, file first")
    func together() {
        let all = errors(
            "a: 1\nlisten: x", environment: ["PLUMBLINE_LOG_LEVEL": "loud"], flags: [("--from-start", "maybe")])
        #expect(
            all.map { String($0.prefix(15)) } == [
                "plumbline.yaml:", "plumbline.yaml:", "environment PLU", "--from-start: e",
            ])
    }

    @Test("logs named on the command line replace those of the file")
    func logs() throws {
        let settings = try read(
            "inputs: [{path: x, source: app, primary: false}, {path: y}]", flags: [("LOG", "a.log"), ("LOG", "-")])
        #expect(settings.inputs.map(\.path) == ["a.log", "-"])
        #expect(settings.inputs.map(\.source) == ["main", "main"])
        #expect(settings.inputs.map(\.primary) == [true, true])
        #expect(
            errors("", flags: [("LOG", "a"), ("LOG", "a"), ("LOG", "")]).map { String($0.prefix(19)) }
                == ["LOG: inputs[2].path", "LOG: inputs[1].path"])
    }
}
