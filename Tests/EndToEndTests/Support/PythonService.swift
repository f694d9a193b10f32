import Foundation
import Subprocess
import SystemPackage
import Testing

/// An application of `Service/init` under its server, with two processes, logged by what `plumbline init` prints.
struct PythonService: Sendable, CustomTestStringConvertible {
    let piece: String
    let server: String
    /// Routes whose answers the middleware cannot measure.
    let unsizedRoutes: [String]

    static let fastapi = PythonService(piece: "fastapi", server: "uvicorn", unsizedRoutes: ["/fails"])

    static let all = [
        fastapi,
        PythonService(piece: "flask", server: "gunicorn", unsizedRoutes: []),
        PythonService(piece: "django", server: "gunicorn", unsizedRoutes: ["/stream"]),
        PythonService(piece: "django", server: "uvicorn", unsizedRoutes: ["/stream"]),
    ]

    var testDescription: String { "\(piece) under \(server)" }

    /// Runs `body` with the port beside the service; without a log there is no middleware.
    func run(in place: Workplace, log: FilePath?, _ body: (Int) async throws -> Void) async throws {
        let port = try freePort()
        var values: [Environment.Key: String?] = [
            "DATABASE": place.file("service.db").string, "PYTHONDONTWRITEBYTECODE": "1", "APP_VERSION": "1.4.2",
        ]
        if let log {
            try place.write("plumbline_log.py", try await Plumbline.output("init", piece))
            values["PIECES"] = place.path.string
            values["PLUMBLINE_LOG"] = log.string
        }
        let environment = Environment.inherit.updating(values)
        let folder = Python.service.appending("init")
        if piece == "django" {
            let prepared = try await runProgram(
                Python.path(), [folder.appending("django_app.py").string], environment: environment)
            guard prepared.exitCode == 0 else { throw Missing("Django's database: \(prepared.error)") }
        }
        _ = try await withProgram(
            Python.path(), arguments(folder, port), environment: environment, directory: place.path,
            log: place.file("service.out")
        ) { _ in
            try await awaitLogin(port: port)
            try await body(port)
        }
    }

    private func arguments(_ folder: FilePath, _ port: Int) -> [String] {
        let application =
            piece == "django" ? server == "uvicorn" ? "django_app:asgi" : "django_app:wsgi" : "\(piece)_app:app"
        return switch server {
        case "uvicorn":
            [
                "-m", "uvicorn", application, "--app-dir", folder.string, "--port", "\(port)", "--workers", "2",
                "--no-access-log", "--log-level", "critical",
            ]
        default:
            [
                "-m", "gunicorn", application, "--chdir", folder.string, "--bind", "127.0.0.1:\(port)", "--workers",
                "2",
                "--threads", "4",
            ]
        }
    }
}

/// Waits until somebody answers there, by the one request that the driver does not count.
func awaitLogin(port: Int) async throws {
    let url = try #require(URL(string: "http://127.0.0.1:\(port)/login"))
    try await wait("an answer of 127.0.0.1:\(port)") { (try? Data(contentsOf: url)) != nil }
}
